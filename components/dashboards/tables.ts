import * as common from "@grafana/grafana-foundation-sdk/common";
import type { DashboardLink, DynamicConfigValue, ValueMapping } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as Table } from "@grafana/grafana-foundation-sdk/table";
import { finish, type Panel, type Told } from "./panels.ts";
import { type Query, refId } from "./queries.ts";
import { type Steps, thresholdsOf } from "./steps.ts";

/** A column of values: one query. */
export interface Column {
  title: string;
  query: Query;
  unit?: string;
  decimals?: number;
  steps?: Steps;
  mappings?: ValueMapping[];
  /** Pixels; columns without it share what is left. */
  width?: number;
}

/** A column that names the row: a label that all queries have. */
export interface Key {
  label: string;
  title: string;
  links?: DashboardLink[];
  width?: number;
}

/** Pixels of a column at least; Grafana's own 150 put the last of ten out of sight. */
const leastWidth = 90;

const property = (id: string, value: unknown): DynamicConfigValue[] => (value === undefined ? [] : [{ id, value }]);

const valueProperties = ({ unit, decimals, steps, mappings, width }: Column): DynamicConfigValue[] => [
  ...property("unit", unit),
  ...property("decimals", decimals),
  ...property("thresholds", steps && thresholdsOf(steps)),
  ...property("mappings", mappings),
  ...property("custom.width", width),
  ...property("custom.align", "right"),
  ...(steps || mappings ? property("custom.cellOptions", { type: common.TableCellDisplayMode.ColorText }) : []),
];

/** What is now, a row a thing: the values of several queries side by side, joined by the labels that name the row. */
export const table = (
  told: Omit<Told, "queries" | "links" | "steps" | "mappings"> & { keys: Key[]; columns: Column[]; sort: string },
): Panel => {
  const { keys, columns, sort } = told;
  // one query's values come as Value, those of several as Value #A, Value #B, ...
  const field = (index: number) => (columns.length === 1 ? "Value" : `Value #${refId(index)}`);
  const order = [...keys.map(({ label }) => label), ...columns.map((_, index) => field(index))];
  const names = [...keys.map(({ title }) => title), ...columns.map(({ title }) => title)];
  const builder = new Table()
    .cellHeight(common.TableCellHeight.Sm)
    .minWidth(leastWidth)
    .filterable(true)
    .sortBy([
      new common.TableSortByFieldStateBuilder().displayName(sort).desc(keys.every(({ title }) => title !== sort)),
    ])
    .withTransformation({ id: "merge", options: {} })
    .withTransformation({ id: "filterFieldsByName", options: { include: { names: order } } })
    .withTransformation({
      id: "organize",
      options: {
        indexByName: Object.fromEntries(order.map((name, index) => [name, index])),
        renameByName: Object.fromEntries(order.map((name, index) => [name, names[index]])),
      },
    });
  for (const column of columns) builder.overrideByName(column.title, valueProperties(column));
  for (const { title, links, width } of keys)
    builder.overrideByName(title, [...property("links", links), ...property("custom.width", width)]);
  return finish(builder, { ...told, queries: columns.map(({ query }) => query) }, "table", { width: 24, height: 10 });
};
