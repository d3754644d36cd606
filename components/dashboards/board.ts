import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type Panel as GrafanaPanel,
  type RowPanel,
  type VariableModel,
} from "@grafana/grafana-foundation-sdk/dashboard";
import type { Config } from "../../config/config.ts";
import { inSeconds } from "../../config/duration.ts";
import type { Kind } from "../../config/inventory.ts";
import { built } from "./built.ts";
import { otherDashboards, panelId } from "./links.ts";
import { type DashboardName, titles, uids } from "./names.ts";
import type { Panel } from "./panels.ts";

const columns = 24;

/** Panels under one heading; those at the top need none. */
export interface Row {
  title?: string;
  panels: Panel[];
}

/** A dashboard before it is laid out. */
export interface Board {
  name: DashboardName;
  about: string;
  /** What most of its metrics are from, where that is not the host. */
  kind?: Kind;
  variables: Builder<VariableModel>[];
  rows: Row[];
}

/** Puts panels from left to right, and below where no room is left: a line is as high as its highest panel. */
const place = (panels: Panel[], top: number): { placed: GrafanaPanel[]; bottom: number } => {
  let [x, y, lineHeight] = [0, top, 0];
  const placed = panels.map(({ panel, width: w, height: h }) => {
    if (x + w > columns) [x, y, lineHeight] = [0, y + lineHeight, 0];
    const gridPos = { x, y, w, h };
    [x, lineHeight] = [x + w, Math.max(lineHeight, h)];
    return { ...panel, id: panelId(panel.title ?? ""), gridPos };
  });
  return { placed, bottom: y + lineHeight };
};

const heading = (title: string, y: number): RowPanel => ({
  type: "row",
  id: panelId(`row ${title}`),
  title,
  collapsed: false,
  gridPos: { x: 0, y, w: columns, h: 1 },
  panels: [],
});

const layOut = (rows: Row[]): (GrafanaPanel | RowPanel)[] => {
  let y = 0;
  return rows.flatMap(({ title, panels }) => {
    const headings = title ? [heading(title, y)] : [];
    const { placed, bottom } = place(panels, y + headings.length);
    y = bottom;
    return [...headings, ...placed];
  });
};

// rates are taken over at least four scrapes: of those targets that are scraped the least often
const longest = (config: Config, kind: Kind | undefined): string => {
  const jobs = [...Object.values(config.services).map(({ metrics }) => metrics), ...Object.values(config.scrape)];
  const intervals = jobs.flatMap((job) => (job && job.kind === kind ? [job.interval] : []));
  return intervals.reduce(
    (one, other) => (inSeconds(other) > inSeconds(one) ? other : one),
    config.prometheus.scrapeInterval,
  );
};

/** A dashboard as Grafana takes it. */
export const render = (board: Board, config: Config): Dashboard => {
  const { name, about, kind, variables, rows } = board;
  const interval = longest(config, kind);
  const dashboard = new DashboardBuilder(titles[name])
    .uid(uids[name])
    .description(about)
    .tags(["watchpost"])
    .time({ from: "now-3h", to: "now" })
    .refresh("1m")
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .variables(variables)
    .links(otherDashboards(name).map(built))
    .build();
  return { ...dashboard, panels: layOut(rows).map((panel) => (panel.type === "row" ? panel : { ...panel, interval })) };
};
