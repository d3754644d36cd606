import { loadavg } from "node:os";
import { note } from "../toolchain/progress.ts";
import { type Timing, timed } from "./timing.ts";

/**
 * Times works side by side: each round runs every one of them once, so that what else the machine does
 * meets all of them alike. A first round, not counted, warms up.
 */
export const rounds = async <Name extends string>(
  count: number,
  works: Record<Name, () => Promise<unknown>>,
): Promise<Record<Name, Timing[]>> => {
  const names = Object.keys(works) as Name[];
  const timings = Object.fromEntries(names.map((name) => [name, [] as Timing[]])) as Record<Name, Timing[]>;
  for (let round = 0; round <= count; round++) {
    for (const name of names) {
      const timing = await timed(works[name]);
      if (round > 0) timings[name].push(timing);
    }
    const last = names.map((name) => `${name} ${timings[name].at(-1)?.seconds.toFixed(2) ?? "warm"}`).join(", ");
    note(`round ${round} of ${count}: ${last} (load ${loadavg()[0]?.toFixed(1)})`);
  }
  return timings;
};
