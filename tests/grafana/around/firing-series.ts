import { allRules } from "../../../components/rules/index.ts";
import type { MetricCase, RuleCases } from "../../rules/cases.ts";
import { samplesOf } from "./series.ts";

/** How long the series go on after the tests have begun, in minutes. */
const onwards = 12;

// their values are times: promtool's clock starts at 0
const isTime = (metric: string, value: number) =>
  /_timestamp_seconds$|_boot_time_seconds$/.test(metric) || (metric.endsWith("_last_successful") && value > 0);

const minutesOf = (after: string) => Number.parseInt(after, 10) * (after.endsWith("h") ? 60 : 1);

const linesOf = (rule: string, { after, series }: MetricCase, now: number): string[] => {
  const minutes = minutesOf(after);
  const start = now - minutes * 60;
  // whatever is scraped has one; the cases leave it out where it says nothing
  const instance = Object.keys(series).some((name) => name.includes("instance=")) ? [] : ['instance="a"'];
  return Object.entries(series).flatMap(([name, values]) => {
    const [, metric = "", labels = ""] = /^([^{]+)(?:\{(.*)\})?$/.exec(name) ?? [];
    const all = [`host="${rule}"`, ...instance, ...(labels ? [labels] : [])].join(",");
    return samplesOf(values, minutes + onwards).map(({ minute, value }) => {
      const at = start + minute * 60;
      return `${metric}{${all}} ${isTime(metric, value) ? value + start : value} ${at}`;
    });
  });
};

/**
 * The series of each rule's case in which it fires, as OpenMetrics with times, so that it fires now. Each rule has a host
 * of its own, called as the rule.
 * @param now in seconds
 */
export const firingSeries = (cases: Map<string, RuleCases>, now: number): string => {
  const lines = allRules.flatMap(({ name }) => {
    const fires = cases.get(name)?.cases.fires;
    return fires && "series" in fires ? linesOf(name, fires, now) : [];
  });
  return [...lines, "# EOF", ""].join("\n");
};
