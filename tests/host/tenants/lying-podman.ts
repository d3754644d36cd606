import type { Guest } from "../guest.ts";

/**
 * Answers podman's client on a socket of mallory's, as `mode` says: with many containers, without an end, or not at all. Those of
 * the arguments after it, `ID=NAME`, come first.
 */
const server = `
use strict; use IO::Socket::UNIX;
my ($mode, $path, @real) = @ARGV;
unlink $path;
my $server = IO::Socket::UNIX->new(Type => SOCK_STREAM(), Local => $path, Listen => 64) or die;
$SIG{CHLD} = 'IGNORE'; $SIG{PIPE} = 'IGNORE';
while (my $client = $server->accept) {
  next if fork;
  while (defined(my $request = <$client>)) {
    while (defined(my $header = <$client>)) { last if $header eq "\\r\\n" }
    if ($request =~ /_ping/) { print $client "HTTP/1.1 200 OK\\r\\nLibpod-API-Version: 5.4.2\\r\\nContent-Length: 2\\r\\n\\r\\nOK"; $client->flush; next }
    sleep 1000 if $mode eq 'silent';
    print $client "HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nConnection: close\\r\\n\\r\\n[";
    for (my $i = 0; $mode eq 'endless' || $i < 5000; $i++) {
      my ($id, $name) = $i < @real ? split(/=/, $real[$i]) : (sprintf('%064d', $i), "made-up-$i");
      print $client ($i ? ',' : '') . '{"Id":"' . $id . '","Names":["' . $name . '"],"Image":"x","State":"running","Created":"2026-01-01T00:00:00Z","Labels":{},"Command":[]}' or last;
    }
    print $client "]"; last;
  }
  exit;
}`;

/** How mallory's podman answers. */
export type Lie = "many" | "endless" | "silent";

/** Has mallory's podman ask a server of his own. @param real Containers that there are, `ID=NAME`, told before those that he makes up. */
export const startLying = async (guest: Guest, lie: Lie, real: string[] = []): Promise<void> => {
  const script = `set -e
    systemctl --user stop lying 2>/dev/null || true
    mkdir -p ~/.config/containers
    printf '[engine]\\nremote = true\\nactive_service = "lying"\\n[engine.service_destinations]\\n[engine.service_destinations.lying]\\nuri = "unix:///run/user/%s/lying.sock"\\n' $(id -u) >~/.config/containers/containers.conf
    cat >~/lying.pl
    systemd-run --user --quiet --collect --unit=lying perl ~/lying.pl ${lie} $XDG_RUNTIME_DIR/lying.sock ${real.join(" ")}
    until [ -S $XDG_RUNTIME_DIR/lying.sock ]; do sleep 0.1; done`;
  await guest.sh(script, { user: "mallory", input: server });
};

/** Has mallory's podman tell the truth again. */
export const startHonest = (guest: Guest): Promise<string> =>
  guest.sh("systemctl --user stop lying 2>/dev/null || true; rm -f ~/.config/containers/containers.conf", {
    user: "mallory",
  });
