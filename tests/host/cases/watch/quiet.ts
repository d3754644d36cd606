import assert from "node:assert/strict";
import { test } from "node:test";
import { heartbeatUnit } from "../../../stand-ins/grafana-heartbeat.ts";
import { type TwoHosts, timing } from "../../outside/two-hosts.ts";

/** What the watch has to live with, without an alarm. */
const events: Record<string, (two: TwoHosts) => Promise<void>> = {
  "an up that restarts every part of the stack, and Gatus": async ({ rig, watch }) => {
    const before = await rig.guest.starts();
    const gatus = "podman inspect --format '{{.State.StartedAt}}' watchpost-gatus";
    const gatusBefore = await watch.guest.pod(gatus);
    await rig.change({
      ...Object.fromEntries(["prometheus", "loki", "grafana", "alloy"].map((name) => [name, { memory: "900M" }])),
      watch: { memory: "200M" },
    });
    await rig.stack.up();
    const restarted = await rig.guest.startedSince(before);
    for (const part of ["prometheus", "loki", "grafana", "alloy"]) assert.ok(restarted.includes(`watchpost-${part}`));
    assert.notEqual(await watch.guest.pod(gatus), gatusBefore);
  },
  "a restart of Grafana, as at an upgrade": async ({ rig }) => {
    const sender = rig.realGrafana ? "" : heartbeatUnit;
    await rig.guest.pod(`systemctl --user restart watchpost-grafana.service ${sender}`);
  },
  "a clean reboot of the watch host": (two) => two.rebootWatch("clean"),
  "a power cut of the watch host": (two) => two.rebootWatch("power"),
};

/** No false alarms. */
export const quiet = (two: TwoHosts): void => {
  for (const [what, happens] of Object.entries(events))
    test(what, { timeout: 420_000 }, async () => {
      await two.beatsUntil(Date.now(), 0);
      const began = Date.now();
      await happens(two);
      // Gatus looks twice in that time: a silence that is over is told by its next look, or never
      await two.beatsUntil(Date.now(), timing.within / 2 + 10);
      assert.deepEqual(two.sink.since(began), []);
    });
};
