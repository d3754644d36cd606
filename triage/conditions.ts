import type { Alert } from "./alert.ts";
import { instant } from "./series.ts";
import type { Sources } from "./settings.ts";

/** A rule with its condition, as an alert source that needs no Grafana. */
export interface ConditionRule {
  name: string;
  severity: string;
  /** Query and condition: it gives the series beyond the limit. */
  condition: string;
  logs: boolean;
  /** The annotations of an alert. */
  texts: (labels: Record<string, string>, value: number) => Record<string, string>;
}

/**
 * The alerts of the rules whose condition holds at a time in milliseconds, however long it has held: what Grafana would
 * tell, for when Grafana is down.
 * @throws HttpError when Prometheus or Loki does not answer.
 */
export const alertsOfConditions = async (
  sources: Pick<Sources, "loki" | "prometheus">,
  rules: readonly ConditionRule[],
  now: number,
): Promise<Alert[]> => {
  const alerts: Alert[] = [];
  for (const { name, severity, condition, logs, texts } of rules) {
    const kind = logs ? "loki" : "prometheus";
    for (const { labels: found, value } of await instant(sources[kind], kind, condition, now)) {
      const { __name__, ...series } = found;
      const labels = { alertname: name, severity, ...series };
      alerts.push({ name, labels, annotations: texts(series, value), startsAt: now });
    }
  }
  return alerts;
};
