import { note } from "../toolchain/progress.ts";
import { rounded } from "./statistics.ts";

/** One figure: a JSON line on standard output. */
export interface Result {
  /** `noop.up_refresh` */
  metric: string;
  value: number;
  unit: string;
  /** Whose value this is, when it is not ours. */
  peer?: string;
  /** Ours divided by the peer's: below 1 is better. */
  ratio?: number;
}

/** Takes a figure as soon as it is known, and what has to be known about it. */
export interface Report {
  (result: Result): void;
  /** To be read by people, on standard error. */
  note(text: string): void;
}

export const report: Report = Object.assign(
  (result: Result) => {
    const value = rounded(result.value);
    const ratio = result.ratio === undefined ? {} : { ratio: rounded(result.ratio) };
    process.stdout.write(`${JSON.stringify({ ...result, value, ...ratio })}\n`);
  },
  { note },
);
