import { parse, stringify } from "yaml";
import { prometheusRules } from "../../components/rules/prometheus.ts";
import type { Rule } from "../../components/rules/rule.ts";
import { thresholdValues } from "../../components/thresholds.ts";
import type { MetricCase } from "./cases.ts";

const ofHost = (series: string): string => {
  const [, name = "", labels = ""] = /^([^{]+)(?:\{(.*)\})?$/.exec(series) ?? [];
  return `${name}{${['host="web"', ...(labels ? [labels] : [])].join(",")}}`;
};

const testOf = (rule: Rule, name: "fires" | "quiet", one: MetricCase) => ({
  name: `${rule.name} ${name}`,
  interval: "1m",
  input_series: Object.entries(one.series).map(([series, values]) => ({ series: ofHost(series), values })),
  alert_rule_test: [
    {
      eval_time: one.after,
      alertname: rule.name,
      exp_alerts:
        name === "quiet"
          ? []
          : [
              {
                exp_labels: { severity: rule.severity, ...(one.hostless ? {} : { host: "web" }), ...one.alert },
                exp_annotations: { summary: one.summary ?? "" },
              },
            ],
    },
  ],
});

/** A rule's cases in promtool's own form. */
export const promtoolTests = (
  rule: Rule,
  ruleFile: string,
  { fires, quiet }: { fires: MetricCase; quiet: MetricCase },
): string =>
  stringify({
    rule_files: [ruleFile],
    evaluation_interval: "1m",
    tests: [testOf(rule, "fires", fires), testOf(rule, "quiet", quiet)],
  });

/** A rule file with the summary alone: promtool wants every annotation told, and the others say the same at length. */
export const ruleForTest = (rule: Rule): string => {
  const file: { groups: { rules: { annotations: Record<string, string> }[] }[] } = parse(
    prometheusRules([rule], thresholdValues()),
  );
  for (const { annotations } of file.groups.flatMap(({ rules }) => rules))
    for (const name of Object.keys(annotations)) if (name !== "summary") delete annotations[name];
  return stringify(file, { lineWidth: 0 });
};
