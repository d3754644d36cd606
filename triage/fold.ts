import type { Line } from "./material.ts";
import { isConsequence, rankOf } from "./words.ts";

/** Lines that differ only in numbers, times and ids. */
export interface Template {
  /** The first of them as it stands. */
  first: Line;
  count: number;
  /** Milliseconds since 1970 of the last. */
  last: number;
  /** 0 for an error, 1 for what may be one, 2 for the rest. */
  rank: number;
}

// the order matters: what holds numbers goes before numbers
const variable: [RegExp, string][] = [
  [/\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, "<time>"],
  [/\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b/g, "<time>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<id>"],
  [/\b(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}\b/gi, "<id>"],
  [/\d+(?:\.\d+)*/g, "<n>"],
];

/** What is left of a line when numbers, times and ids are taken out. */
export const templateOf = (text: string): string =>
  variable.reduce((rest, [pattern, name]) => rest.replace(pattern, name), text);

// what says that something is wrong before the rest; of the alert before of the host; causes before consequences
const weight = ({ rank, first }: Template): number =>
  (rank < 2 ? 0 : 8) + (first.own ? 0 : 4) + (isConsequence(first.text) ? 2 : 0) + (rank === 0 ? 0 : 1);

/**
 * Folds lines into templates, the weightiest first: errors, of the alert before of the host; rare ones first, then by time.
 * @param lines in any order.
 */
export const fold = (lines: readonly Line[]): Template[] => {
  const byTime = lines.toSorted((a, b) => a.time - b.time);
  return [...Map.groupBy(byTime, ({ from, level, text }) => `${from}\n${level}\n${templateOf(text)}`).values()]
    .flatMap((alike): Template[] => {
      const [first] = alike;
      const last = alike.at(-1)?.time ?? 0;
      return first ? [{ first, count: alike.length, last, rank: rankOf(first.level, first.text) }] : [];
    })
    .sort((a, b) => weight(a) - weight(b) || a.count - b.count || a.first.time - b.first.time);
};
