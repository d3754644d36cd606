import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { badAlerting } from "./bad-alerting.ts";
import { badGrafana } from "./bad-grafana.ts";
import { badInputs, host, job } from "./bad-inputs.ts";
import { badInventory } from "./bad-inventory.ts";
import { badWatch } from "./bad-watch.ts";
import { mistakes } from "./mistakes.ts";
import { hostKey, hosts } from "./sample.ts";

describe("bad input is refused with its path, what was expected and what was got", () => {
  for (const [what, values, path, expected, got] of [
    ...badInputs,
    ...badInventory,
    ...badGrafana,
    ...badAlerting,
    ...badWatch,
  ])
    test(what, () => {
      const found = mistakes(values);
      assert.deepEqual(Object.keys(found), [path]);
      assert.match(found[path] ?? "", expected);
      assert.ok(found[path]?.includes(got), found[path]);
    });

  test("the role agent, until it is built", () => {
    const found = mistakes({ hosts: { ...hosts, other: { ...hosts.web, role: "agent" } } });
    assert.deepEqual(found, { "hosts.other.role": "the role agent is not built yet, expected server or watch" });
  });

  for (const [path, values] of Object.entries({
    grafan: { grafan: {} },
    "loki.retentoin": { loki: { retentoin: "31d" } },
    "hosts.web.hostkey": host({ hostkey: hostKey }),
    "scrape.app.target": job({ target: "db:1" }),
  }))
    test(`the unknown key ${path}`, () => {
      assert.deepEqual(mistakes(values), { [path]: "is not a key that Watchpost knows" });
    });
});

test("everything that is wrong is said at once, between the values too", () => {
  const found = mistakes({
    hosts: { web: { ...hosts.web, hostKey: "none" } },
    loki: { listen: "127.0.0.1:9090" },
    journal: { maxAge: "long" },
    alloy: { listen: "0.0.0.0:12345" },
    scrape: { app: { targets: ["db:1", "db:1"] } },
    grafana: { login: { url: "https://auth.example.org/" } },
    alerting: { contactPoints: { ops: { emails: ["ops"] } }, off: ["Watchdogs"] },
    typo: "1",
  });
  assert.deepEqual(Object.keys(found).sort(), [
    "alerting.contactPoints.ops.emails.0",
    "alloy.listen",
    "grafana.rootUrl",
    "hosts.web.hostKey",
    "journal.maxAge",
    "loki.listen",
    "scrape.app.targets.1",
    "typo",
  ]);
});
