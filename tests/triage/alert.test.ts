import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { alertFrom, alertsFromApi, groupFromWebhook, groupsOf } from "../../triage/alert.ts";
import { alert, start } from "./sample.ts";

describe("alerts", () => {
  test("are grouped by rule, service and host, the oldest first", () => {
    const of = (name: string, service: string, startsAt: number) => alert({ name, labels: { service }, startsAt });
    const groups = groupsOf([of("a", "shop", 2), of("b", "shop", 3), of("a", "mill", 4), of("a", "shop", 1)]);
    assert.deepEqual(
      groups.map(({ key, alerts }) => [key, alerts.map(({ startsAt }) => startsAt)]),
      [
        ["a shop", [1, 2]],
        ["b shop", [3]],
        ["a mill", [4]],
      ],
    );
  });

  test("that lack everything have a name and begin now", () => {
    for (const nothing of [{}, null, 7, { labels: "none", annotations: [], startsAt: "0001-01-01T00:00:00Z" }])
      assert.deepEqual(alertFrom(nothing, start), { name: "unnamed", labels: {}, annotations: {}, startsAt: start });
  });

  test("of a stranger are kept within bounds", () => {
    const labels = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`l${index}`, "x".repeat(100_000)]));
    const kept = JSON.stringify(alertFrom({ labels }, start));
    assert.ok(kept.length < 200_000, `${kept.length}`);
    const group = groupFromWebhook({ groupKey: "k".repeat(100_000), alerts: Array(1000).fill({ labels }) }, start);
    assert.deepEqual([group?.key.length, group?.alerts.length], [1000, 20]);
  });

  test("of an answer that is no list are an error that says what it is", () => {
    assert.throws(
      () => alertsFromApi({ message: "Unauthorized" }, start),
      /expected a list of alerts, got an object with the keys message/,
    );
  });
});
