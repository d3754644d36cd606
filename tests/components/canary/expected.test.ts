import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { expectedOf } from "../../../components/canary/expected.ts";
import { configWith } from "../../config/sample.ts";
import { all, host, one } from "./sample.ts";

describe("what the canary expects", () => {
  test("the stack's own, the services and the scrape jobs, in the order of the config", () =>
    assert.deepEqual(
      all.map(({ name }) => name),
      ["watchpost", "shop", "press", "zrepl", "db"],
    ));

  test("each part by the place that the config has it at", () => {
    assert.deepEqual(one("shop").containers, [
      { place: "services.shop.containers.0", user: "shop", name: "shop-web" },
      { place: "services.shop.containers.1", user: "shop", name: "shop-worker" },
    ]);
    assert.deepEqual(one("zrepl").units, [{ place: "services.zrepl.units.0", user: "root", name: "zrepl.service" }]);
  });

  test("targets keep their places where two scrapers share a job", () =>
    assert.deepEqual(
      one("db").targets.map(({ place, address, by }) => [place, address, by]),
      [
        ["scrape.db.targets.0", "127.0.0.1:9187", "alloy"],
        ["scrape.db.targets.1", "db.example.org:9187", "prometheus"],
      ],
    ));

  test("a service without parts is all of its user's", () => {
    assert.equal(one("press").allOf, "press");
    assert.equal(one("shop").allOf, undefined);
  });

  test("the stack's own containers are those that the config deploys, each with its user", () => {
    const own = (values: object) =>
      expectedOf(configWith({ ...values }), host)[0]?.containers.map(({ user, name }) => `${user}/${name}`);
    const rootless = ["watchpost/watchpost-prometheus", "watchpost/watchpost-loki", "root/watchpost-alloy"];
    assert.deepEqual(own({ grafana: { enabled: false } }), rootless);
    assert.deepEqual(
      own({ grafana: { enabled: false }, pod: { user: "root" } }),
      rootless.map((name) => name.replace(/^.*\//, "root/")),
    );
    const hook = { webhook: { url: "https://hook.example.org/" } };
    const triaged = own({ triage: { enabled: true }, alerting: { contactPoints: { hook } } });
    assert.ok(triaged?.includes("watchpost/watchpost-triage"));
  });
});
