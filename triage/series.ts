import { requestJson } from "./http.ts";
import { sourceTimeout } from "./loki.ts";
import type { State } from "./material.ts";

/** A series as Prometheus and Loki both answer it. */
interface Series {
  metric: Record<string, string>;
  value?: [number, string];
  values?: [number, string][];
}

const ask = async (url: string, query: Record<string, string>): Promise<Series[]> => {
  const body = await requestJson(`${url}?${new URLSearchParams(query)}`, { timeout: sourceTimeout });
  return (body as { data?: { result?: Series[] } }).data?.result ?? [];
};

const paths = { prometheus: "/api/v1", loki: "/loki/api/v1" };

/** The samples of an instant query at a time in milliseconds. @throws HttpError */
export const instant = async (
  url: string,
  kind: keyof typeof paths,
  query: string,
  time: number,
): Promise<{ labels: Record<string, string>; value: number }[]> => {
  const series = await ask(`${url}${paths[kind]}/query`, { query, time: String(time / 1000) });
  return series.map(({ metric, value }) => ({ labels: metric, value: Number(value?.[1]) }));
};

/** The states among the samples of a query of Prometheus's, at most 40. @throws HttpError */
export const states = async (url: string, query: string, time: number): Promise<State[]> =>
  (await instant(url, "prometheus", query, time))
    .slice(0, 40)
    .map(({ labels: { __name__ = "", ...labels }, value }) => ({
      metric: __name__,
      labels,
      value,
    }));

/** The course of the series of a query that agree with an alert's labels: the first of them. @throws HttpError */
export const course = async (
  url: string,
  kind: keyof typeof paths,
  query: string,
  { from, to }: { from: number; to: number },
  labels: Record<string, string>,
): Promise<[number, number][]> => {
  const step = Math.max(15, Math.ceil((to - from) / 60_000));
  const range = { query, start: String(from / 1000), end: String(to / 1000), step: String(step) };
  const series = await ask(`${url}${paths[kind]}/query_range`, range);
  const same = ({ metric }: Series) =>
    Object.entries(metric).every(([name, value]) => name === "__name__" || (labels[name] ?? value) === value);
  const values = series.find(same)?.values ?? [];
  return values.map(([time, value]) => [time * 1000, Number(value)]);
};
