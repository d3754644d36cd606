import * as common from "@grafana/grafana-foundation-sdk/common";
import { PanelBuilder as Logs } from "@grafana/grafana-foundation-sdk/logs";
import { colors } from "./mappings.ts";
import { finish, lines, type Panel, type Told } from "./panels.ts";
import { loki } from "./queries.ts";

/** The lines themselves, newest first. */
export const logLines = ({ expr, ...told }: Omit<Told, "queries"> & { expr: string }): Panel =>
  finish(
    new Logs()
      .showTime(true)
      .wrapLogMessage(true)
      .enableLogDetails(true)
      .showLabels(false)
      .showCommonLabels(false)
      .sortOrder(common.LogsSortOrder.Descending)
      .dedupStrategy(common.LogsDedupStrategy.None),
    { ...told, queries: [loki(expr)] },
    "range",
    { width: 24, height: 11 },
  );

const legend = (by: string[]) => by.map((label, index) => (index === 0 ? `{{${label}}}` : `({{${label}}})`)).join(" ");

/** As Grafana has them beside log lines. */
const levelTints = {
  "^critical$": "purple",
  "^error$": colors.bad,
  "^warn$": colors.warn,
  "^info$": colors.good,
  "^debug$": colors.info,
  "^unknown$": "gray",
};

/** How many lines there are, by labels. */
export const logVolume = ({ by, expr, ...told }: Omit<Told, "queries"> & { expr: string; by: string[] }): Panel =>
  lines({
    none: "none",
    ...told,
    unit: "short",
    decimals: 0,
    bars: true,
    ...(by.includes("level") ? { tints: levelTints } : {}),
    queries: [loki(`sum by (${by.join(", ")}) (count_over_time(${expr} [$__auto]))`, legend(by))],
  });
