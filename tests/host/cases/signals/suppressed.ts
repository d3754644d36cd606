import assert from "node:assert/strict";
import { test } from "node:test";
import { startContainers } from "../../neighbours/service-users.ts";
import type { Rig } from "../../rig.ts";

/** journald drops what is beyond its rate limit; that is no secret. */
export const suppressed = (rig: Rig): void => {
  test("what journald drops of a service without a limit of its own is a metric", { timeout: 120_000 }, async () => {
    const count = 20_000; // journald's limit is 10,000 in 30 s, more on a disk with much room
    const script = `awk 'BEGIN { for (i = 1; i <= ${count * 5}; i++) print "flood " i }'; sleep 35; echo after; sleep 1000`;
    await startContainers(rig.guest, "stray", { "stray-flood": { script } });
    const { metric, value } = await rig.guest.metric(
      "watchpost_journald_suppressed_lines_total > 0",
      undefined,
      90_000,
    );
    assert.match(metric.suppressed_unit ?? "", /^user@\d+\.service$/);
    assert.ok(Number(value[1]) > 0);
  });
};
