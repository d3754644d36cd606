import { DataqueryBuilder as LokiQuery } from "@grafana/grafana-foundation-sdk/loki";
import { DataqueryBuilder as PrometheusQuery, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import { dataSourceUids } from "../pod/data-sources.ts";

export const prometheusSource = { type: "prometheus", uid: dataSourceUids.prometheus };
export const lokiSource = { type: "loki", uid: dataSourceUids.loki };

/** A query with what its series are called in a legend, e.g. `{{mode}}`. */
export interface Query {
  source: "prometheus" | "loki";
  expr: string;
  legend: string;
}

/** A query in PromQL. */
export const prom = (expr: string, legend = ""): Query => ({ source: "prometheus", expr, legend });

/** A query in LogQL: for lines, or for numbers from lines. */
export const loki = (expr: string, legend = ""): Query => ({ source: "loki", expr, legend });

/** How a panel asks: along the time, for the end of it, as a table's rows, or as a heatmap's buckets. */
export type Shape = "range" | "instant" | "table" | "heatmap";

const formats: Partial<Record<Shape, PromQueryFormat>> = {
  table: PromQueryFormat.Table,
  heatmap: PromQueryFormat.Heatmap,
};

const prometheusQuery = ({ expr, legend }: Query, refId: string, shape: Shape) => {
  const query = new PrometheusQuery()
    .datasource(prometheusSource)
    .refId(refId)
    .expr(expr)
    .format(formats[shape] ?? PromQueryFormat.TimeSeries)
    .legendFormat(legend || (shape === "heatmap" ? "{{le}}" : "__auto"));
  return shape === "instant" || shape === "table" ? query.instant() : query.range();
};

// what a phone can scroll through; more is asked for by a narrower choice
const mostLines = 300;

const lokiQuery = ({ expr, legend }: Query, refId: string, shape: Shape) =>
  new LokiQuery()
    .datasource(lokiSource)
    .refId(refId)
    .expr(expr)
    .legendFormat(legend)
    .maxLines(mostLines)
    .queryType(shape === "instant" ? "instant" : "range");

/** The name of a panel's nth query: A, B, C, ... */
export const refId = (index: number): string => String.fromCharCode(65 + index);

/** Queries as a panel has them. */
export const targets = (queries: Query[], shape: Shape) =>
  queries.map((query, index) =>
    query.source === "loki" ? lokiQuery(query, refId(index), shape) : prometheusQuery(query, refId(index), shape),
  );
