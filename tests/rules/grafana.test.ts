import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RuleGroupArgs } from "@pulumiverse/grafana/alerting/ruleGroup.js";
import { type GrafanaRule, grafanaRuleGroups } from "../../components/rules/grafana.ts";
import { allRules, selectRules } from "../../components/rules/index.ts";
import { limitText } from "../../components/rules/text.ts";
import { scrapeKinds } from "../../components/scrape/kinds.ts";
import { thresholdValues } from "../../components/thresholds.ts";

const links = { url: "https://grafana.example.org/", repository: "https://git.example.org/ops/watchpost/blob/main/" };
const groups = grafanaRuleGroups(selectRules(), thresholdValues({ fileSystemFree: 0.1 }), links);
const rules = groups.flatMap(({ rules }) => rules);
const ruleNamed = (name: string): GrafanaRule => rules.find((rule) => rule.name === name) ?? assert.fail(name);
const model = (rule: GrafanaRule, refId: string) =>
  JSON.parse(rule.datas.find((data) => data.refId === refId)?.model ?? "{}");

describe("the rules as Grafana takes them", () => {
  test("the provider's RuleGroup takes the groups as they are", () => {
    const args: RuleGroupArgs[] = groups.map((group) => ({ ...group, folderUid: "watchpost" }));
    assert.deepEqual(
      args.map(({ name }) => name),
      ["host", "systemd", "containers", "envoy", "authentik", "zfs", "pipeline"],
    );
    assert.equal(rules.length, allRules.length);
  });

  test("each says what no data and an error make of it, and only what must shout does", () => {
    const loud = rules.filter(({ noDataState, execErrState }) => [noDataState, execErrState].includes("Alerting"));
    assert.deepEqual(
      loud.map(({ name }) => name),
      ["DataSourceDown", "HostMetricsMissing", "JournalSilent"],
    );
    for (const { name, noDataState, execErrState } of rules)
      assert.ok(noDataState && ["OK", "KeepLast", "Alerting"].includes(execErrState), name);
  });

  test("a query is instant, of its own data source, and compared with the limit of the config", () => {
    const full = ruleNamed("FileSystemAlmostFull");
    assert.equal(full.condition, "C");
    assert.equal(full.datas[0]?.datasourceUid, "watchpost-prometheus");
    assert.equal(model(full, "A").instant, true);
    assert.match(model(full, "A").expr, /^\(node_filesystem_avail_bytes .*\) < 0\.1$/);
    assert.deepEqual(model(full, "C").conditions, [{ evaluator: { type: "lt", params: [0.1] } }]);
    const errors = ruleNamed("ServiceLogsErrors");
    assert.equal(errors.datas[0]?.datasourceUid, "watchpost-loki");
    assert.equal(model(errors, "A").queryType, "instant");
    assert.equal(model(errors, "C").conditions[0].evaluator.type, "gt");
  });

  test("where the lack of series counts, all of them are asked for", () => {
    for (const name of ["DataSourceDown", "HostMetricsMissing", "JournalSilent"])
      assert.equal(model(ruleNamed(name), "A").expr, allRules.find((rule) => rule.name === name)?.expr);
  });

  test("texts are templates of Grafana's, with the limit as people read it", () => {
    const { summary, description } = ruleNamed("FileSystemAlmostFull").annotations;
    assert.equal(
      summary,
      "{{ $labels.mountpoint }} on {{ $labels.host }} is almost full: {{ $values.A.Value | humanizePercentage }} free",
    );
    assert.match(description ?? "", /\(limit 10%\)/);
    assert.match(
      ruleNamed("DataSourceDown").annotations.summary ?? "",
      /\{\{ if \$labels\.job \}\}\{\{ \$labels\.job \}\}\{\{ else \}\}Prometheus\{\{ end \}\}/,
    );
    for (const { name, annotations } of rules)
      for (const text of Object.values(annotations)) assert.doesNotMatch(text, /(?<!\{)\{\w|undefined|\$value\b/, name);
  });

  test("limits are told in units of people", () => {
    const texts = [
      limitText(0.125, "ratio"),
      limitText(93_600, "seconds"),
      limitText(0.5, "seconds"),
      limitText(0, "seconds"),
    ];
    assert.deepEqual(texts, ["12.5%", "1d 2h", "0.5s", "0s"]);
    assert.deepEqual([limitText(14, "days"), limitText(0.1, "perSecond")], ["14 days", "0.1/s"]);
  });
});

describe("where an alert points to", () => {
  /** The query that a link opens in Explore, with Grafana's templates expanded by these labels. */
  const opened = (url: string | undefined, labels: Record<string, string>) => {
    const expanded = (url ?? "").replace(/\{\{ urlquery \$labels\.(\w+) \}\}/g, (_, name: string) =>
      encodeURIComponent(labels[name] ?? assert.fail(`no label ${name}`)),
    );
    const panes = JSON.parse(new URL(expanded).searchParams.get("panes") ?? "null");
    return panes.watchpost.queries[0];
  };

  test("its runbook and its dashboard, for its host and service", () => {
    const { annotations } = ruleNamed("ServiceDown");
    assert.equal(
      annotations.runbook_url,
      "https://git.example.org/ops/watchpost/blob/main/docs/runbooks/service-down.md",
    );
    assert.equal(
      annotations.dashboard_url,
      "https://grafana.example.org/d/watchpost-services?var-host={{ urlquery $labels.host }}&var-service={{ urlquery $labels.service }}",
    );
  });

  test("its own query, to look at it over time", () => {
    for (const rule of allRules) {
      const query = opened(ruleNamed(rule.name).annotations.explore_url, {});
      assert.equal(query.expr, rule.expr);
      assert.equal(query.datasource.type, rule.logs ? "loki" : "prometheus");
    }
  });

  test("the lines of what it is about, and none for a whole host", () => {
    const labels = { host: "web", user: "shop", unit: "shop@1.service" };
    const query = opened(ruleNamed("UnitFailed").annotations.logs_url, labels);
    assert.equal(query.expr, '{host="web", user="shop", unit="shop@1.service"}');
    assert.equal(ruleNamed("MemoryPressure").annotations.logs_url, undefined);
  });
});

describe("what the rules ask for is stored", () => {
  const kept: [RegExp, string | undefined][] = [
    [/\benvoy_\w+/g, scrapeKinds.envoy.keep],
    [/\b(?:authentik|django)_\w+/g, scrapeKinds.authentik.keep],
    [/\bzrepl_(?!job\b)\w+/g, scrapeKinds.zrepl.keep],
  ];
  // labels begin like metrics
  const isLabel = /^envoy_(cluster_name|http_conn_manager_prefix|response_code_class)$/;

  for (const [names, keep] of kept)
    test(`${names} is on its keep-list`, () => {
      const pattern = new RegExp(`^(?:${keep ?? assert.fail("no keep-list")})$`);
      const asked = new Set(allRules.filter(({ logs }) => !logs).flatMap(({ expr }) => expr.match(names) ?? []));
      const metrics = [...asked].filter((name) => !isLabel.test(name));
      assert.ok(metrics.length > 0);
      assert.deepEqual(
        metrics.filter((name) => !pattern.test(name)),
        [],
      );
    });
});
