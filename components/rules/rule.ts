import type { ThresholdKey, Thresholds, Unit } from "../thresholds.ts";
import { thresholds } from "../thresholds.ts";

export type Severity = "critical" | "warning" | "info";
export type Group = "host" | "systemd" | "containers" | "envoy" | "authentik" | "zfs" | "pipeline";

/** What a rule becomes when its query has no data, or fails. Names: Grafana's noDataState and execErrState. */
export type State = "OK" | "Alerting" | "KeepLast";

/** A number, or the key of a threshold that the config can override. */
export type Limit = number | ThresholdKey;

/** It fires for each series whose value is above or below the limit. */
type Condition = { above: Limit; below?: never } | { below: Limit; above?: never };

/** A rule as it is written down. In its texts `{name}` is a label, `{value}` the value, `{threshold}` the limit. */
export type RuleEntry = Condition & {
  /** Letters, digits and -, 40 at most; it stays when the rule is renamed. */
  uid: string;
  /** The label `alertname`. */
  name: string;
  severity: Severity;
  /** How long it has to hold before it fires: `0s`, `5m`, `1h`. */
  for: string;
  /** PromQL, or LogQL with `logs`; an instant query. */
  expr: string;
  logs?: true;
  /** One line, for the subject of a mail: the thing, and its value where that says something. */
  summary: string;
  description: string;
  /** Default: OK, since a source that is gone is told by the group `pipeline`. */
  noData?: State;
  /** Default: KeepLast, since a data source that is down is told once, by `DataSourceDown`. */
  error?: State;
};

/** A rule with all that its renderers need. */
export type Rule = RuleEntry & {
  group: Group;
  /** Uid of the dashboard that shows what it is about. */
  dashboard: string;
  noData: State;
  error: State;
};

/** The rules of a group: what they have in common is said once. */
export const ruleGroup = (group: Group, dashboard: string, entries: RuleEntry[]): Rule[] =>
  entries.map((entry) => ({ noData: "OK", error: "KeepLast", ...entry, group, dashboard }));

/** A rule's limit as a number, with the unit of its threshold if it has one. */
export const limitOf = (
  { above, below }: Rule,
  values: Thresholds,
): { is: "above" | "below"; value: number; unit: Unit } => {
  const limit = above ?? below;
  const is = above === undefined ? "below" : "above";
  return typeof limit === "number"
    ? { is, value: limit, unit: "count" }
    : { is, value: values[limit], unit: thresholds[limit].unit };
};

/** A rule's query with its condition: it gives the series that are beyond the limit, with their values. */
export const conditionOf = (rule: Rule, values: Thresholds): string => {
  const { is, value } = limitOf(rule, values);
  return `(${rule.expr}) ${is === "above" ? ">" : "<"} ${value}`;
};

/** Its page below docs/runbooks/. */
export const runbookOf = ({ uid }: Pick<Rule, "uid">): string => `docs/runbooks/${uid.replace(/^watchpost-/, "")}.md`;
