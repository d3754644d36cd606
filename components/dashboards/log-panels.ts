import * as common from "@grafana/grafana-foundation-sdk/common";
import { PanelBuilder as Logs } from "@grafana/grafana-foundation-sdk/logs";
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

/** How many lines there are, by a label. */
export const logVolume = (told: Omit<Told, "queries"> & { expr: string; by: string }): Panel =>
  lines({
    ...told,
    unit: "short",
    decimals: 0,
    bars: true,
    queries: [loki(`sum by (${told.by}) (count_over_time(${told.expr} [$__auto]))`, `{{${told.by}}}`)],
  });
