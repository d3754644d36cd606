import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../../throwaway/until.ts";
import type { Rig } from "../../rig.ts";
import { claims, quote, sendEntries } from "../../tenants/entries.ts";

/** Whatever a process of mallory's says of itself, its lines are under the names that journald knows it by. */
export const labels = (rig: Rig): void => {
  const asJob = (count: number, fields: string[]) =>
    rig.guest.sh(`systemd-run --quiet --wait --pipe --uid=mallory --unit=job-of-mallory ${sendEntries(count, fields)}`);
  const asMallory = (count: number, fields: string[]) =>
    rig.guest.sh(`systemd-run --user --quiet --wait --pipe --unit=own ${sendEntries(count, fields)}`, {
      user: "mallory",
    });
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
