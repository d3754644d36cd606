import { PanelBuilder as BarGauge } from "@grafana/grafana-foundation-sdk/bargauge";
import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import * as common from "@grafana/grafana-foundation-sdk/common";
import {
  type DashboardLink,
  FieldColorModeId,
  type Panel as GrafanaPanel,
  MappingType,
  SpecialValueMatch,
  type ValueMapping,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as Heatmap } from "@grafana/grafana-foundation-sdk/heatmap";
import { PanelBuilder as Stat } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as StateTimeline } from "@grafana/grafana-foundation-sdk/statetimeline";
import { PanelBuilder as TimeSeries } from "@grafana/grafana-foundation-sdk/timeseries";
import { built } from "./built.ts";
import { colors } from "./mappings.ts";
import { lokiSource, prometheusSource, type Query, type Shape, targets } from "./queries.ts";
import { plain, type Steps, thresholdsOf } from "./steps.ts";

/** Things per second, which the title names. */
export const perSecond = "suffix:/s";

/** A panel and how much of the grid, 24 columns wide, it takes. */
export interface Panel {
  width: number;
  height: number;
  panel: GrafanaPanel;
}

/** What all kinds of panels are told. */
export interface Told {
  title: string;
  /** What an operator needs to know to read it. */
  about?: string;
  /** A unit of Grafana's, e.g. `percentunit`, `bytes`, `s`. */
  unit?: string;
  decimals?: number;
  queries: Query[];
  steps?: Steps;
  mappings?: ValueMapping[];
  links?: DashboardLink[];
  /** Said in place of a value where there is none. */
  none?: string;
  width?: number;
  height?: number;
}

/** What the builders of all kinds have in common. */
interface Common extends Builder<GrafanaPanel> {
  title(title: string): this;
  description(text: string): this;
  datasource(source: common.DataSourceRef): this;
  unit(unit: string): this;
  decimals(count: number): this;
  noValue(text: string): this;
  mappings(mappings: ValueMapping[]): this;
  thresholds(steps: Builder<ReturnType<typeof thresholdsOf>>): this;
  dataLinks(links: Builder<DashboardLink>[]): this;
  targets(queries: Builder<Dataquery>[]): this;
}

/** Tells a builder what its panel is told, and ends it. */
export const finish = (builder: Common, told: Told, shape: Shape, size: { width: number; height: number }): Panel => {
  const { title, about, unit, decimals, queries, steps, mappings, links, none, width, height } = told;
  builder
    .title(title)
    .datasource(queries.some(({ source }) => source === "loki") ? lokiSource : prometheusSource)
    .targets(targets(queries, shape))
    .thresholds(built(steps ? thresholdsOf(steps) : plain));
  if (about) builder.description(about);
  if (unit) builder.unit(unit);
  if (decimals !== undefined) builder.decimals(decimals);
  if (mappings) builder.mappings(mappings);
  if (links) builder.dataLinks(links.map(built));
  if (none) builder.noValue(none);
  return { width: width ?? size.width, height: height ?? size.height, panel: builder.build() };
};

/** The last value of each field, which is that of an instant query. */
const lastValue = () => new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]);

const missing = "-";

/** What is not there is neither good nor bad: without this it would have the colour of the least value. */
const whereMissing: ValueMapping = {
  type: MappingType.SpecialValue,
  options: { match: SpecialValueMatch.NullAndNan, result: { text: missing, color: colors.quiet, index: 0 } },
};

/** One number, as it is now. Its title has room for some 12 letters. */
export const stat = (told: Told): Panel =>
  finish(
    new Stat()
      .reduceOptions(lastValue())
      .graphMode(common.BigValueGraphMode.None)
      .colorMode(common.BigValueColorMode.Value)
      .justifyMode(common.BigValueJustifyMode.Center)
      .colorScheme(built({ mode: FieldColorModeId.Thresholds })),
    told.none === undefined ? { ...told, none: missing, mappings: [...(told.mappings ?? []), whereMissing] } : told,
    "instant",
    { width: 3, height: 4 },
  );

/** Numbers as bars, as they are now: what is the greatest. */
export const bars = (told: Told & { max?: number }): Panel => {
  const builder = new BarGauge()
    .reduceOptions(lastValue())
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .orientation(common.VizOrientation.Horizontal)
    .valueMode(common.BarGaugeValueMode.Color)
    .min(0)
    .colorScheme(built({ mode: FieldColorModeId.Thresholds }));
  if (told.max !== undefined) builder.max(told.max);
  return finish(builder, told, "instant", { width: 8, height: 8 });
};

/** Up to where an axis goes at least, by unit. */
const leastTop: Record<string, number> = { percentunit: 0.01, short: 1, ops: 1, reqps: 1, [perSecond]: 1 };

/** How lines are drawn. */
export interface Lines {
  stacked?: boolean;
  bars?: boolean;
  /** Limits of the axis. */
  max?: number;
  min?: number;
  /** The colours of lines whose names mean something, by a regular expression. */
  tints?: Record<string, string>;
}

/** Lines along the time. */
export const lines = (told: Told & Lines): Panel => {
  const { stacked, max, min = 0, bars, tints = {} } = told;
  const builder = new TimeSeries()
    .colorScheme(built({ mode: FieldColorModeId.PaletteClassic }))
    .drawStyle(bars ? common.GraphDrawStyle.Bars : common.GraphDrawStyle.Line)
    .fillOpacity(bars ? 80 : stacked ? 40 : 8)
    .lineWidth(1)
    .showPoints(common.VisibilityMode.Never)
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
    );
  if (told.steps)
    builder.thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
    );
  if (stacked || bars) builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group("A"));
  // limits of the axis, and yet no value is cut off; a line of zeros would have one up to 100, which is 10,000 %
  if (max === undefined) builder.axisSoftMin(min).axisSoftMax(leastTop[told.unit ?? ""] ?? min);
  else builder.min(min).max(max);
  for (const [name, fixedColor] of Object.entries(tints))
    builder.overrideByRegexp(`/${name}/`, [{ id: "color", value: { mode: FieldColorModeId.Fixed, fixedColor } }]);
  return finish(builder, told, "range", { width: 12, height: 8 });
};

/** States along the time, a row a thing. */
export const timeline = (told: Told): Panel =>
  finish(
    new StateTimeline()
      .mergeValues(true)
      .showValue(common.VisibilityMode.Auto)
      .rowHeight(0.85)
      .fillOpacity(75)
      .perPage(20)
      // with a colour by threshold, Grafana merges values by these and leaves the mappings out
      .colorScheme(built({ mode: FieldColorModeId.Fixed, fixedColor: colors.quiet }))
      .maxDataPoints(250),
    told,
    "range",
    { width: 12, height: 9 },
  );

/** How many of a histogram's observations lie in each bucket, along the time. */
export const heatmap = (told: Told): Panel =>
  finish(
    new Heatmap()
      .calculate(false)
      .cellGap(1)
      // the unit is the axis's, a cell is a count
      .cellValues(built({ unit: "short" }))
      .maxDataPoints(120)
      .yAxis(built({ unit: told.unit ?? "short", axisPlacement: common.AxisPlacement.Left, reverse: false })),
    told,
    "heatmap",
    { width: 12, height: 8 },
  );
