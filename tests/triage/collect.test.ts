import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { collect, lineQueries, ownSelectors, stateQuery } from "../../triage/collect.ts";
import type { Sources } from "../../triage/settings.ts";
import { httpSink } from "./http-sink.ts";
import { alert, start } from "./sample.ts";

const nowhere = "http://127.0.0.1:9";
const group = { key: "group", alerts: [alert()] };
const now = start + 60_000;

const streams = (...lines: [time: number, container: string, text: string][]) => ({
  data: {
    result: lines.map(([time, container, text]) => ({ stream: { container }, values: [[`${time}000000`, text]] })),
  },
});

/** Collects with sinks that answer that; what they were asked comes with it. */
const from = async (answers: { loki?: object; prometheus?: object; grafana?: object }, more: Partial<Sources> = {}) => {
  const loki = await httpSink(answers.loki ? { "/loki/api/v1/query_range": answers.loki } : {});
  const prometheus = await httpSink(
    answers.prometheus ? { "/api/v1/query": answers.prometheus, "/api/v1/query_range": answers.prometheus } : {},
  );
  const grafana = await httpSink(answers.grafana ? { "/api/annotations": answers.grafana } : {});
  const sources: Sources = {
    loki: loki.url,
    prometheus: prometheus.url,
    grafana: { url: grafana.url, authorization: "Bearer t0ken" },
    rules: [],
    ...more,
  };
  const material = await collect(sources, group, { now });
  for (const each of [loki, prometheus, grafana]) each.stop();
  const asked = (sink: typeof loki) => sink.requests.map(({ url }) => new URL(url, nowhere).searchParams);
  return { material, loki: asked(loki), prometheus: asked(prometheus), grafana: grafana.requests };
};

describe("whose lines are looked for", () => {
  for (const [what, labels, wanted] of [
    [
      "a container's, and its service's",
      { host: "web-1", user: "shop", container: "shop-web", service: "shop" },
      ['{host="web-1", user="shop", container="shop-web"}', '{host="web-1", service="shop"}'],
    ],
    [
      "a unit's; undeclared is no service",
      { host: "web-1", user: "root", unit: "a.service", service: "undeclared" },
      ['{host="web-1", user="root", unit="a.service"}'],
    ],
    [
      "a unit's that drops lines",
      { host: "web-1", suppressed_unit: "b.service" },
      ['{host="web-1", unit="b.service"}'],
    ],
    ["nobody's in particular", { host: "web-1" }, []],
    ["nobody's without labels", {}, []],
    ["one whose name is nasty", { unit: 'a"} or {x="\\' }, ['{unit="a\\"} or {x=\\"\\\\"}']],
  ] as const)
    test(what, () => assert.deepEqual(ownSelectors(alert({ labels })), wanted));

  test("and of the host those that say that something is wrong", () => {
    const [level, trouble] = lineQueries(alert({ labels: { host: "web-1" } }));
    assert.equal(level?.query, '{host="web-1", level=~"warn|error|critical"}');
    assert.match(trouble?.query ?? "", /^\{host="web-1"\} \|~ `\(\?i\)error\|/);
  });

  test("without a host, of all", () => {
    assert.match(lineQueries(alert({ labels: {} }))[0]?.query ?? "", /^\{source=~"\.\+", level/);
    assert.equal(stateQuery(alert({ labels: {} })), "(up == 0)");
  });
});

describe("what is collected", () => {
  test("is each line once, as the alert's own where it is, around the alert's start", async () => {
    const loki = streams([start, "shop-web", "cannot open"], [start, "shop-web", "cannot open"]);
    const asked = await from({ loki, prometheus: { data: { result: [] } }, grafana: [] });
    assert.deepEqual(asked.material.lines, [
      { time: start, text: "cannot open", from: "shop-web", level: "unknown", own: true },
    ]);
    assert.deepEqual(asked.material.window, { from: start - 15 * 60_000, to: now });
    assert.ok(asked.loki.every((query) => Number(query.get("limit")) <= 1000));
    assert.deepEqual(asked.material.gaps, []);
  });

  test("begins as much earlier as the rule had waited, and has its query's course", async () => {
    const rules = [{ name: "ContainerUnhealthy", expr: "podman_container_health == 1", logs: false, held: 180_000 }];
    const result = [
      { metric: { container: "other" }, values: [[1, "7"]] },
      { metric: { container: "shop-web" }, value: [1, "1"], values: [[start / 1000, "1"]] },
    ];
    const { material } = await from({ loki: streams(), prometheus: { data: { result } }, grafana: [] }, { rules });
    assert.equal(material.window.from, start - 18 * 60_000);
    assert.deepEqual(material.query, { expr: "podman_container_health == 1", samples: [[start, 1]] });
  });

  test("knows of deployments by their tags", async () => {
    const grafana = [{ time: start - 1000, text: "Watchpost deployed: configuration 3f2a91c8" }, { text: "no time" }];
    const asked = await from({ loki: streams(), prometheus: { data: { result: [] } }, grafana });
    assert.deepEqual(asked.material.deploys, [grafana[0]]);
    assert.match(asked.grafana[0]?.url ?? "", /tags=watchpost-deploy&tags=deploy/);
    assert.equal(asked.grafana[0]?.authorization, "Bearer t0ken");
  });

  test("says so when Loki has no lines for it", async () => {
    const { material } = await from({ loki: streams(), prometheus: { data: { result: [] } }, grafana: [] });
    assert.deepEqual(material.gaps, ["log lines: Loki has none for this alert in that time"]);
  });

  test("says which sources do not answer, and goes on without them", async () => {
    const { material } = await from({}, { loki: nowhere });
    assert.match(
      material.gaps.join("\n"),
      /log lines: .*query_range: .*\nstates: .*status 404.*\ndeployments: .*status 404/s,
    );
    assert.equal(material.group, group);
  });
});
