import { allRules } from "../components/rules/index.ts";
import { conditionOf, type Rule } from "../components/rules/rule.ts";
import { limitText } from "../components/rules/text.ts";
import { type Thresholds, thresholds } from "../components/thresholds.ts";
import { inSeconds } from "../config/duration.ts";
import type { ConditionRule } from "./conditions.ts";
import type { KnownRule } from "./settings.ts";

/** The rules' queries, for the course of an alert. */
export const knownRules = (rules: readonly Rule[] = allRules): KnownRule[] =>
  rules.map(({ name, expr, logs, for: held }) => ({ name, expr, logs: logs === true, held: 1000 * inSeconds(held) }));

const limit = ({ above, below }: Rule) => above ?? below;

const filled = (
  text: string,
  rule: Rule,
  values: Thresholds,
  labels: Record<string, string>,
  value: number,
): string => {
  const key = limit(rule);
  const unit = typeof key === "string" ? thresholds[key].unit : "count";
  return text.replace(/\{(\w+)(?:\|([^{}]*))?\}/g, (_, name: string, fallback?: string) => {
    if (name === "value") return limitText(value, unit);
    if (name === "threshold") return limitText(typeof key === "string" ? values[key] : (key ?? 0), unit);
    return labels[name] ?? fallback ?? "";
  });
};

/** The rules with their conditions, for alerts without Grafana. */
export const conditionRules = (values: Thresholds, rules: readonly Rule[] = allRules): ConditionRule[] =>
  rules
    .filter(({ name }) => name !== "Watchdog")
    .map((rule) => ({
      name: rule.name,
      severity: rule.severity,
      condition: conditionOf(rule, values),
      logs: rule.logs === true,
      texts: (labels, value) => ({
        summary: filled(rule.summary, rule, values, labels, value),
        description: filled(rule.description, rule, values, labels, value),
      }),
    }));
