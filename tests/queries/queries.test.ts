import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allQueries, type PlacedQuery } from "./all-queries.ts";
import { type KnownMetric, knownMetrics } from "./known-metrics.ts";
import { parseLogql } from "./logql.ts";
import { filledIn } from "./placeholders.ts";
import { type PromQuery, parsePromql, type Selector } from "./promql.ts";
import { staleEntries } from "./without-data.ts";

const queries = allQueries();
const inPromql = queries.filter(({ language }) => language === "promql");
const inLogql = queries.filter(({ language }) => language === "logql");

/** What every target's series have, and the service that some get. Source: components/scrape/jobs.ts, service-labels.ts */
const ofTarget = ["host", "job", "instance", "service"];

/** Labels of streams, and what each line has beside them. Source: docs/services.md */
const ofStreams = ["host", "user", "unit", "container", "service", "level", "service_name", "source", "job"];

/** All that is wrong with queries, each problem with its place. */
const problems = (placed: PlacedQuery[], check: (query: PlacedQuery) => string[]): string[] =>
  placed.flatMap((query) => check(query).map((problem) => `${query.where}: ${problem} in ${query.expr}`));

const promql = ({ expr }: PlacedQuery): PromQuery => parsePromql(filledIn(expr));
const meant = ({ name }: Selector): KnownMetric[] => knownMetrics.filter((metric) => name.test(metric.name));
const labelsOf = (metrics: KnownMetric[]) => new Set([...ofTarget, ...metrics.flatMap(({ labels }) => labels)]);
const missing = (labels: string[], known: Set<string>) => labels.filter((label) => !known.has(label));
const inLegend = (legend: string) => [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => label);

describe("every query of dashboards and rules", () => {
  test("there are some of each language", () => {
    assert.ok(inPromql.length > 200, `${inPromql.length} in PromQL`);
    assert.ok(inLogql.length > 20, `${inLogql.length} in LogQL`);
  });

  test("in PromQL parses", () => {
    assert.deepEqual(
      problems(inPromql, (query) => promql(query).errors),
      [],
    );
  });

  test("in LogQL parses, and selects by labels that streams have", () => {
    const check = ({ expr }: PlacedQuery) => {
      const { errors, streams } = parseLogql(filledIn(expr));
      return [...errors, ...missing(streams, new Set(ofStreams)).map((label) => `no label ${label} of streams`)];
    };
    assert.deepEqual(problems(inLogql, check), []);
  });

  test("asks for metrics that an exporter has and Watchpost stores", () => {
    const check = (query: PlacedQuery) =>
      promql(query).selectors.flatMap((selector) => {
        const metrics = meant(selector);
        if (metrics.length === 0) return [`no exporter has ${selector.text}`];
        if (metrics.some(({ kept }) => kept)) return [];
        return [`the keep-list of ${metrics.map(({ exporter }) => exporter).join(", ")} drops ${selector.text}`];
      });
    assert.deepEqual(problems(inPromql, check), []);
  });

  test("asks for labels that these metrics have", () => {
    const check = (query: PlacedQuery) =>
      promql(query).selectors.flatMap((selector) =>
        missing(selector.labels, labelsOf(meant(selector))).map((label) => `no label ${label} of ${selector.text}`),
      );
    assert.deepEqual(problems(inPromql, check), []);
  });

  test("groups by labels, and names series by labels, that its metrics have", () => {
    const check = (query: PlacedQuery) => {
      const { selectors, grouping, made } = promql(query);
      const known = labelsOf(selectors.flatMap(meant));
      for (const label of made) known.add(label);
      return missing([...grouping, ...inLegend(query.legend)], known).map((label) => `no label ${label}`);
    };
    assert.deepEqual(problems(inPromql, check), []);
  });
});

test("the list of what may find nothing names queries that are there", () => {
  assert.deepEqual(staleEntries(queries), []);
});

describe("the checks themselves", () => {
  test("see what is no query", () => {
    assert.notDeepEqual(parsePromql("sum by (host (up)").errors, []);
    assert.notDeepEqual(parsePromql("nonsense(up)").errors, []);
    assert.notDeepEqual(parseLogql('{host="web" |= "x"').errors, []);
  });

  test("see which metrics and labels a query names", () => {
    const { selectors, grouping, made } = parsePromql(
      'label_replace(sum by (b) (rate({__name__=~"x|y",a="1"}[5m])), "c", "$1", "b", "(.+)") * on (d) z',
    );
    const [first, second] = selectors;
    assert.deepEqual([first?.labels, grouping, made], [["a"], ["b", "d"], ["c"]]);
    assert.ok(first?.name.test("x") && !first.name.test("xx") && second?.name.test("z"));
    assert.deepEqual(parseLogql('sum by (a) (count_over_time({b="1"} | json | c="2" [1m]))').streams, ["b"]);
  });

  test("know what the keep-lists drop", () => {
    const dropped = knownMetrics.filter(({ kept }) => !kept).map(({ name }) => name);
    assert.ok(dropped.includes("envoy_cluster_upstream_cx_rx_bytes_total"));
    assert.ok(!dropped.includes("envoy_server_live"));
  });
});
