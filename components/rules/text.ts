import type { Thresholds, Unit } from "../thresholds.ts";
import { limitOf, type Rule } from "./rule.ts";

/** Who expands the templates in a text. */
export type Dialect = "prometheus" | "grafana";

const placeholder = /\{(\w+)(?:\|([^{}]*))?\}/g;

const formats: Record<Unit, [pipe: string, suffix: string]> = {
  ratio: ["humanizePercentage", ""],
  seconds: ["humanizeDuration", ""],
  days: ['printf "%.0f"', " days"],
  count: ['printf "%.0f"', ""],
  perSecond: ['printf "%.2f"', "/s"],
  celsius: ['printf "%.0f"', " °C"],
};

const steps: [seconds: number, name: string][] = [
  [86_400, "d"],
  [3600, "h"],
  [60, "m"],
  [1, "s"],
];

const durationText = (seconds: number): string => {
  const parts = steps.reduce<{ rest: number; text: string }>(
    ({ rest, text }, [size, name]) => {
      const whole = size === 1 ? Number(rest.toFixed(3)) : Math.floor(rest / size);
      return { rest: rest - whole * size, text: whole > 0 ? `${text} ${whole}${name}` : text };
    },
    { rest: seconds, text: "" },
  );
  return parts.text.trim() || "0s";
};

/** A limit as people read it: `5%`, `3h`, `14 days`. */
export const limitText = (value: number, unit: Unit): string => {
  if (unit === "ratio") return `${Number((value * 100).toPrecision(4))}%`;
  return unit === "seconds" ? durationText(value) : `${value}${formats[unit][1]}`;
};

/** The labels that a rule's texts cannot do without; `{label|text}` can. */
export const labelsIn = ({ summary, description }: Pick<Rule, "summary" | "description">): Set<string> => {
  const needed = [...`${summary} ${description}`.matchAll(placeholder)].filter(
    ([, , fallback]) => fallback === undefined,
  );
  return new Set(needed.map(([, name = ""]) => name).filter((name) => name !== "value" && name !== "threshold"));
};

/** A rule's text as a template of Prometheus's or Grafana's. */
export const renderText = (text: string, rule: Rule, values: Thresholds, dialect: Dialect): string => {
  const { value, unit } = limitOf(rule, values);
  const [pipe, suffix] = formats[unit];
  return text.replace(placeholder, (_, name: string, fallback?: string) => {
    if (name === "threshold") return limitText(value, unit);
    if (name === "value") return `{{ ${dialect === "grafana" ? "$values.A.Value" : "$value"} | ${pipe} }}${suffix}`;
    const label = `$labels.${name}`;
    return fallback === undefined ? `{{ ${label} }}` : `{{ if ${label} }}{{ ${label} }}{{ else }}${fallback}{{ end }}`;
  });
};
