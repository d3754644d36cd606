import type { Row } from "./board.ts";
import { logLinks } from "./links.ts";
import { lines } from "./panels.ts";
import { prom } from "./queries.ts";

const h = 'host="$host"';
const rate = "[$__rate_interval]";
const links = logLinks({ service: "watchpost", unit: "watchpost-triage.service" });

const within = (metric: string) => `sum(increase(watchpost_triage_${metric}{${h}}[1h])) > 0`;
const quantile = (q: number) =>
  `histogram_quantile(${q}, sum by (le) (rate(watchpost_triage_duration_seconds_bucket{${h}}${rate})))`;

/** The triage service, on the dashboard of the stack: there where it is enabled. */
export const triageRow: Row = {
  title: "Triage",
  panels: [
    lines({
      title: "Triages",
      about:
        "Alert groups within the hour before each point. Fell back: a model was asked, and the extract of the lines stood in for it. Dropped: the queue was full.",
      unit: "short",
      decimals: 0,
      bars: true,
      width: 8,
      none: "none",
      queries: [
        prom(within("triaged_by_model_total"), "by the model"),
        prom(within("fallbacks_total"), "fell back"),
        prom(within("groups_dropped_total"), "dropped"),
        prom(within("failures_total"), "failed"),
        prom(within("deliveries_failed_total"), "deliveries that failed"),
      ],
      links,
    }),
    lines({
      title: "Time of a triage",
      about: "From its turn in the queue to its text: evidence and model.",
      unit: "s",
      width: 8,
      none: "none",
      queries: [prom(quantile(0.5), "p50"), prom(quantile(0.95), "p95")],
      links,
    }),
    lines({
      title: "Alert groups that wait",
      unit: "short",
      decimals: 0,
      width: 8,
      queries: [prom(`max(watchpost_triage_queue_length{${h}})`, "waiting")],
      links,
    }),
  ],
};
