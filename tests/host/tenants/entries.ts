/** Sends entries to journald as a process of its own choosing; each of `entries` is fields, one a line. */
const send = `
use strict; use Socket;
socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die; connect($s, pack_sockaddr_un("/run/systemd/journal/socket")) or die;
$0 = "podman"; open(my $comm, ">", "/proc/self/comm"); print $comm $ENV{COMM} || "podman"; close $comm;
my ($count, @fields) = @ARGV;
for my $i (1 .. $count) {
  my $entry = join("", map { my $f = $_; $f =~ s/%d/$i/g; "$f\n" } @fields);
  until (send($s, $entry, 0)) { select undef, undef, undef, 0.01 }
}
select undef, undef, undef, 1;`;

/** A text as one word of a shell. */
export const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** What an entry can say of itself to pass for another's: fields of the journal. */
export const claims = [
  "UNIT=ssh.service",
  "USER_UNIT=shop-web.service",
  "CONTAINER_NAME=watchpost-loki",
  "PODMAN_EVENT=exec",
  "SYSLOG_IDENTIFIER=sshd",
  "MESSAGE_ID=d9b373ed55a64feb8242e02dbe79a49c",
  "_UID=0",
  "_SYSTEMD_UNIT=ssh.service",
  "PRIORITY=3",
];

/** A command that writes so many entries with these fields, one `NAME=value` each; `%d` is the entry's number. */
export const sendEntries = (count: number, fields: readonly string[]): string =>
  `perl -e ${quote(send)} ${count} ${fields.map(quote).join(" ")}`;
