import type { PlacedQuery } from "./all-queries.ts";
import { filledWith } from "./placeholders.ts";

/** How a query went that was asked of a real Prometheus or Loki. */
export interface Asked extends PlacedQuery {
  /** How many series, or streams of lines, came back. */
  results: number;
  seconds: number;
  /** What was said in place of an answer. */
  error?: string;
}

/** Fetches a path of an API as text, from where it can be reached: `/api/v1/query?...` */
export type Get = (language: PlacedQuery["language"], path: string) => Promise<string>;

interface Answer {
  status?: string;
  error?: string;
  data?: { result?: unknown[] };
}

/** Everything chosen, as `All` at the top of a dashboard does it. */
const everything = { search: "" };
const anything = ".*";

const path = ({ language, expr }: PlacedQuery, host: string, hours: number): string => {
  const query = filledWith(expr, (name) => (name === "host" ? host : (everything[name as "search"] ?? anything)));
  const end = Math.floor(Date.now() / 1000);
  const parameters = new URLSearchParams({
    query,
    start: `${end - hours * 3600}`,
    end: `${end}`,
    step: `${hours * 15}s`,
  });
  return `${language === "logql" ? "/loki" : ""}/api/v1/query_range?${parameters}`;
};

const read = (text: string): Pick<Asked, "results" | "error"> => {
  try {
    const { status, error, data }: Answer = JSON.parse(text);
    return status === "success" ? { results: data?.result?.length ?? 0 } : { results: 0, error: error ?? text };
  } catch {
    return { results: 0, error: text.trim() };
  }
};

/**
 * Asks queries one after the other, over the last hours.
 * @param host The label `host` that the dashboards are about.
 */
export const ask = async (queries: PlacedQuery[], get: Get, host: string, hours: number): Promise<Asked[]> => {
  const asked: Asked[] = [];
  for (const query of queries) {
    const began = performance.now();
    const text = await get(query.language, path(query, host, hours));
    asked.push({ ...query, ...read(text), seconds: (performance.now() - began) / 1000 });
  }
  return asked;
};
