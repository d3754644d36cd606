import assert from "node:assert/strict";
import { test } from "node:test";
import { canaryJson, servicesReport } from "../../../commands/services-report.ts";
import { proofWith } from "./sample.ts";

const stray = { user: "stray", name: "cat", service: "undeclared", state: 2, health: -1, exitCode: 0 };

test("the canary's table has a row a service, and below it what is not proved", () => {
  const proof = proofWith((seen) => {
    seen.lines.set("zrepl journal", seen.collected * 1000 - 3 * 3600_000);
    seen.units.set("root zrepl.service", "failed");
    seen.lines.delete("shop journal");
    seen.containers.push(stray, { ...stray, name: "dog" });
  });
  assert.deepEqual(servicesReport(proof).split("\n"), [
    "service    logs     targets  containers  units",
    "watchpost  3 s ago  5 of 5   4 of 4      2 of 2",
    "shop       missing  -        2 of 2      1 of 1",
    "press      quiet    -        1 of 1      -",
    "zrepl      3 h ago  1 of 1   -           0 of 1",
    "db         -        2 of 2   -           -",
    "",
    'FAILED  services.shop: the journal has a line of it from 2026-09-21T14:13:17Z, Loki has none under service="shop", source="journal"',
    "FAILED  services.zrepl.units.0: zrepl.service of root is failed, expected active: journalctl -u zrepl.service tells why",
    "note    2 containers nobody declared: stray/cat, stray/dog",
  ]);
});

test("many containers that nobody declared are still one line", () => {
  const many = Array.from({ length: 300 }, (_, index) => ({ ...stray, name: `cat-${index}` }));
  const [last = ""] = servicesReport(proofWith((seen) => seen.containers.push(...many)))
    .split("\n")
    .slice(-1);
  assert.match(last, /^note {4}300 containers nobody declared: stray\/cat-0, .*, \.\.\.$/);
  assert.ok(last.length < 250);
});

test("its JSON has the same, with times as ISO 8601", () => {
  const json = canaryJson("web", proofWith());
  assert.deepEqual([json.ok, json.host, json.begun, json.problems], [true, "web", "2026-09-21T14:13:20.000Z", []]);
  assert.deepEqual(json.services.map(({ service, logs, newest }) => [service, logs, newest]).slice(1, 3), [
    ["shop", "proved", "2026-09-21T14:13:17.000Z"],
    ["press", "quiet", null],
  ]);
});
