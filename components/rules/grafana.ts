import { dataSourceUids } from "../pod/data-sources.ts";
import type { Thresholds } from "../thresholds.ts";
import { linksOf } from "./links.ts";
import { conditionOf, limitOf, type Rule, runbookOf, type State } from "./rule.ts";
import { renderText } from "./text.ts";

/** What the links in the annotations start with. */
export interface Links {
  /** Grafana as people open it. */
  url: string;
  /** The folder that holds docs/, such as https://git.example.org/ops/watchpost/blob/main; without it, the path stands alone. */
  repository?: string;
}

/** One rule as the provider's RuleGroup takes it. */
export interface GrafanaRule {
  uid: string;
  name: string;
  for: string;
  condition: string;
  noDataState: State;
  execErrState: State;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  datas: {
    refId: string;
    queryType: string;
    datasourceUid: string;
    relativeTimeRange: { from: number; to: number };
    /** JSON. */
    model: string;
  }[];
}

/** One group as the provider's RuleGroup takes it; the folder and the organisation are the caller's. */
export interface GrafanaRuleGroup {
  name: string;
  intervalSeconds: number;
  rules: GrafanaRule[];
}

// Grafana stores the state of every series at every evaluation: those within the limit are left out of the query,
// save where it is the lack of series that counts
const query = (rule: Rule, values: Thresholds): GrafanaRule["datas"][number] => {
  const { logs, noData } = rule;
  const expr = noData === "OK" ? conditionOf(rule, values) : rule.expr;
  const type = logs ? "loki" : "prometheus";
  const uid = dataSourceUids[type];
  const queryType = logs ? "instant" : "";
  const model = { refId: "A", datasource: { type, uid }, editorMode: "code", expr, instant: true, range: false };
  return {
    refId: "A",
    queryType,
    datasourceUid: uid,
    relativeTimeRange: { from: 600, to: 0 },
    model: JSON.stringify(logs ? { ...model, queryType } : model),
  };
};

const condition = (rule: Rule, values: Thresholds): GrafanaRule["datas"][number] => {
  const { is, value } = limitOf(rule, values);
  const evaluator = { type: is === "above" ? "gt" : "lt", params: [value] };
  return {
    refId: "C",
    queryType: "",
    datasourceUid: "__expr__",
    relativeTimeRange: { from: 0, to: 0 },
    model: JSON.stringify({ refId: "C", type: "threshold", expression: "A", conditions: [{ evaluator }] }),
  };
};

const ruleOf = (rule: Rule, values: Thresholds, links: Links): GrafanaRule => {
  const runbook = runbookOf(rule);
  return {
    uid: rule.uid,
    name: rule.name,
    for: rule.for,
    condition: "C",
    noDataState: rule.noData,
    execErrState: rule.error,
    labels: { severity: rule.severity },
    annotations: {
      summary: renderText(rule.summary, rule, values, "grafana"),
      description: renderText(rule.description, rule, values, "grafana"),
      runbook_url: links.repository ? `${links.repository.replace(/\/+$/, "")}/${runbook}` : runbook,
      ...linksOf(rule, links.url),
    },
    datas: [query(rule, values), condition(rule, values)],
  };
};

/** All rules as groups of Grafana's, one a subject, in their order: Grafana stores that too. */
export const grafanaRuleGroups = (rules: Rule[], values: Thresholds, links: Links): GrafanaRuleGroup[] =>
  [...Map.groupBy(rules, ({ group }) => group)].map(([name, rules]) => ({
    name,
    intervalSeconds: 60,
    rules: rules.map((rule) => ruleOf(rule, values, links)),
  }));
