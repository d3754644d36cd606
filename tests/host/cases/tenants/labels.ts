import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../../throwaway/until.ts";
import type { Rig } from "../../rig.ts";

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

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Whatever a process of mallory's says of itself, its lines are under the names that journald knows it by. */
export const labels = (rig: Rig): void => {
  const claims = [
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
  const perl = (count: number, fields: string[]) => `perl -e ${quote(send)} ${count} ${fields.map(quote).join(" ")}`;
  const asJob = (count: number, fields: string[]) =>
    rig.guest.sh(`systemd-run --quiet --wait --pipe --uid=mallory --unit=job-of-mallory ${perl(count, fields)}`);
  const asMallory = (count: number, fields: string[]) =>
    rig.guest.sh(`systemd-run --user --quiet --wait --pipe --unit=own ${perl(count, fields)}`, { user: "mallory" });
  const count = (query: string) => rig.guest.countLines(query).catch(() => 0);
  const arrives = (query: string, lines = 1) =>
    until(`Loki has ${query}`, 60_000, async () => (await count(query)) >= lines || undefined);

  test("forged lines are under none of others' labels, and none is lost", { timeout: 120_000 }, async () => {
    await asJob(1, ["MESSAGE=forged by a job", ...claims]);
    await asMallory(1, ["MESSAGE=forged by a user", ...claims]);
    await arrives('{user="root",unit="job-of-mallory.service"} |= "forged by a job"');
    await arrives('{user="mallory"} |= "forged by a user"');
    for (const label of ['unit="ssh.service"', 'service="watchpost"', 'service_name="sshd"', 'user="shop"'])
      assert.equal(await count(`{${label}} |= "forged by"`), 0, label);
    const kept = '| claimed_unit="ssh.service" | claimed_container="watchpost-loki" | claimed_event="exec"';
    assert.equal(await count(`{unit="job-of-mallory.service"} |= "forged by" ${kept} | message_id=""`), 1);
  });

  test("journald's word on dropped lines is journald's alone", { timeout: 60_000 }, async () => {
    const said = "MESSAGE=Suppressed 1 messages from x%d";
    await asJob(50, [said, "UNIT=systemd-journald.service"]);
    await arrives('{unit="job-of-mallory.service"} |= "Suppressed 1 messages"', 50);
    assert.deepEqual(await rig.guest.metrics('watchpost_journald_suppressed_lines_total{suppressed_unit=~"x.*"}'), []);
  });

  test("3,000 streams of one user: nobody else's lines wait or are lost", { timeout: 240_000 }, async () => {
    await asMallory(3000, ["MESSAGE=stream %d", "CONTAINER_NAME=c%d", "PRIORITY=6"]);
    await until(
      "Loki refuses streams of mallory's",
      90_000,
      async () => (await rig.guest.metrics('loki_discarded_samples_total{reason="stream_limit"}'))[0],
    );
    const [{ metric } = { metric: {} as Record<string, string> }] = await rig.guest.metrics(
      'loki_discarded_samples_total{reason="stream_limit"}',
    );
    assert.equal(metric.policy, "other users");
    const probe = `probe ${Date.now()}`;
    const started = performance.now();
    await rig.guest.sh(`logger --tag probe ${quote(probe)}`);
    await rig.guest.sh(`systemd-run --user --quiet --unit=fresh-of-shop echo ${quote(probe)}`, { user: "shop" });
    await arrives(`{user="root"} |= "${probe}"`);
    await arrives(`{user="shop"} |= "${probe}"`);
    assert.ok((performance.now() - started) / 1000 < 10);
  });
};
