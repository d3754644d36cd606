import assert from "node:assert/strict";
import { test } from "node:test";
import { doneBy } from "../expect.ts";
import { startExporter } from "../exporter.ts";
import type { Rig } from "../rig.ts";

/** A change touches what it concerns, and nothing else. */
export const changes = (rig: Rig): void => {
  const { name } = rig;
  const interval = "2s";
  const deploy = (values: Parameters<Rig["change"]>[0]) =>
    doneBy(async (listener) => {
      await rig.change(values);
      await rig.stack.up(listener);
    });

  test("a new scrape target reloads Prometheus and restarts nothing", async () => {
    const { target, stop } = await startExporter(rig.outside);
    try {
      const before = await rig.guest.starts();
      assert.deepEqual(await deploy({ scrape: { elsewhere: { targets: [target], interval } } }), {
        [`${name}-scrape-elsewhere`]: "create",
        [`${name}-prometheus`]: "update",
        [`${name}-canary-proof`]: "replace",
      });
      assert.deepEqual(await rig.guest.startedSince(before), []);
      const { metric } = await rig.guest.metric(`up{job="elsewhere"} == 1`);
      assert.equal(metric.instance, target);
      const { activeTargets } = await rig.guest.api<{ activeTargets: { scrapeUrl: string }[] }>(
        9090,
        "/api/v1/targets",
      );
      assert.ok(activeTargets.some(({ scrapeUrl }) => scrapeUrl === `http://${target}/metrics`));
    } finally {
      stop();
    }
  });

  test("a scrape target on the host's loopback reloads Alloy and restarts nothing", async () => {
    const path = "/api/v0/component/prometheus.exporter.unix.host/metrics"; // of Alloy's own, and nobody else's
    const before = await rig.guest.starts();
    assert.deepEqual(await deploy({ scrape: { local: { targets: ["127.0.0.1:12345"], path, interval } } }), {
      [`${name}-scrape-local`]: "create",
      [`${name}-alloy-unit`]: "update",
      [`${name}-canary-proof`]: "replace",
    });
    assert.deepEqual(await rig.guest.startedSince(before), []);
    await rig.guest.metric(`up{job="local"} == 1`);
  });

  test("another retention restarts Loki alone", async () => {
    const before = await rig.guest.starts();
    assert.deepEqual(await deploy({ loki: { retention: "10d" } }), {
      [`${name}-loki`]: "update",
      [`${name}-canary-proof`]: "replace",
    });
    assert.deepEqual(await rig.guest.startedSince(before), ["watchpost-loki"]);
    const config = await rig.guest.sh("curl -s 127.0.0.1:3100/config");
    assert.match(config, /^ +retention_period: 10d$/m);
  });

  test("another port restarts the pod, and leaves Alloy alone", async () => {
    const before = await rig.guest.starts();
    const done = await deploy({ grafana: { listen: "127.0.0.1:3001" } });
    // the links in the alerts lead to the new port
    const isRules = ([resource]: [string, string]) => resource.startsWith(`${name}-grafana-code-alerting-rules-`);
    assert.ok(Object.entries(done).some(isRules));
    assert.deepEqual(Object.fromEntries(Object.entries(done).filter((entry) => !isRules(entry))), {
      [`${name}-preflight`]: "update",
      [`${name}-pod`]: "update",
      [`${name}-access-slices`]: "update",
      [`${name}-access-table`]: "update",
      [`${name}-grafana-code-access-tunnel`]: "update",
      [`${name}-canary-proof`]: "replace",
    });
    const inPod = ["watchpost-grafana", "watchpost-infra", "watchpost-loki", "watchpost-prometheus"];
    assert.deepEqual(await rig.guest.startedSince(before), inPod);
    assert.match(await rig.guest.sh("curl -sS 127.0.0.1:3001/api/health"), /"database": ?"ok"/);
  });
};
