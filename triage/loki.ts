import { requestJson } from "./http.ts";
import type { Line } from "./material.ts";
import { longestLine } from "./plain.ts";

interface Streams {
  data?: { result?: { stream?: Record<string, string>; values?: [string, string][] }[] };
}

const nano = (milliseconds: number) => `${Math.round(milliseconds)}000000`;

/** How long Loki and Prometheus may take for an answer, in milliseconds. */
export const sourceTimeout = 15_000;

/** The newest lines of a LogQL query in a window of milliseconds. @throws HttpError */
export const lokiLines = async (
  url: string,
  query: string,
  { from, to }: { from: number; to: number },
  limit: number,
): Promise<Omit<Line, "own">[]> => {
  // a flood of long lines would make the answer larger than what is read of it
  const cut = `${query} | line_format \`{{ trunc ${longestLine} __line__ }}\``;
  const options = { query: cut, start: nano(from), end: nano(to), limit: String(limit), direction: "backward" };
  const address = `${url}/loki/api/v1/query_range?${new URLSearchParams(options)}`;
  const { data } = (await requestJson(address, { timeout: sourceTimeout })) as Streams;
  return (data?.result ?? []).flatMap(({ stream = {}, values = [] }) =>
    values.map(([time, text]) => ({
      time: Math.round(Number(time) / 1e6),
      text,
      from: stream.container || stream.unit || stream.service_name || "unknown",
      level: stream.level || "unknown",
    })),
  );
};

const quoted = (text: string) => JSON.stringify(text);

/** A selector of streams by labels, all of which have to be equal; undefined without any. */
export const selector = (labels: Record<string, string | undefined>): string | undefined => {
  const pairs = Object.entries(labels).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return pairs.length > 0 ? `{${pairs.map(([name, value]) => `${name}=${quoted(value)}`).join(", ")}}` : undefined;
};
