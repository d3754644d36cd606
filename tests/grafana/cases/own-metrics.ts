import assert from "node:assert/strict";
import { test } from "node:test";
import { knownMetrics } from "../../queries/known-metrics.ts";
import type { Rig } from "../rig.ts";

// not before something went wrong
const onlyOnFailure = [
  "grafana_alerting_notifications_failed_total",
  "grafana_alerting_notification_requests_failed_total",
];

/** Grafana's metrics of itself, of which the tests of queries know by its source alone. */
export const ownMetrics = (rig: Rig): void => {
  test("Grafana has the metrics of itself that are asked for", async () => {
    const { text } = await rig.grafana.ask("GET", "/metrics");
    const has = new Set([...text.matchAll(/^([a-z_]+)(?:\{| )/gm)].map(([, name]) => name));
    const missing = knownMetrics
      .filter(({ exporter }) => exporter === "grafana")
      .map(({ name }) => name)
      .filter((name) => !has.has(name) && !onlyOnFailure.includes(name));
    assert.deepEqual(missing, []);
  });
};
