import type { Benchmark } from "./benchmark.ts";
import { burst, suppressed } from "./logs/burst.ts";
import { flood } from "./logs/flood.ts";
import { outage } from "./logs/outage.ts";
import { sum } from "./statistics.ts";

const lines = 100_000;

/** What becomes of the lines on their way to Loki. Aim: none lost, none doubled; what journald drops is told. */
export const logs: Benchmark = {
  about: `lines lost and doubled of a burst of ${lines}, and with Loki away; the sustained rate and its CPU`,
  async run(bench) {
    const stage = await bench.stage();
    const losses = [await burst(bench, stage, lines)];
    await suppressed(bench, stage, lines);
    losses.push(await flood(bench, stage, 3 * lines));
    losses.push(await outage(bench, stage, { rate: 100, seconds: 300, away: 120 }));
    bench.report({ metric: "lines_lost", value: sum(losses.map(({ lost }) => lost)), unit: "lines" });
    bench.report({ metric: "lines_doubled", value: sum(losses.map(({ doubled }) => doubled)), unit: "lines" });
  },
};
