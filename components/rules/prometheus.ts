import { stringify } from "yaml";
import type { Thresholds } from "../thresholds.ts";
import { conditionOf, type Rule, runbookOf } from "./rule.ts";
import { renderText } from "./text.ts";

const alertOf = (rule: Rule, values: Thresholds) => ({
  alert: rule.name,
  expr: conditionOf(rule, values),
  for: rule.for,
  labels: { severity: rule.severity },
  annotations: {
    summary: renderText(rule.summary, rule, values, "prometheus"),
    description: renderText(rule.description, rule, values, "prometheus"),
    runbook_url: runbookOf(rule),
  },
});

/** The PromQL rules as a rule file of Prometheus's, one group a subject; those over logs are Grafana's alone. */
export const prometheusRules = (rules: Rule[], values: Thresholds): string => {
  const groups = Map.groupBy(
    rules.filter(({ logs }) => !logs),
    ({ group }) => group,
  );
  return stringify(
    {
      groups: [...groups].map(([name, rules]) => ({
        name,
        interval: "1m",
        rules: rules.map((rule) => alertOf(rule, values)),
      })),
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
};
