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
    const { loss, rate, cpu } = await flood(bench, stage, {
      run: "flood",
      lines: 3 * lines,
      agent: "watchpost-alloy.service",
    });
    losses.push(loss);
    bench.report({ metric: "logs.sustained.rate", value: rate, unit: "lines/s" });
    for (const [part, value] of Object.entries({ journald: cpu.journald, alloy: cpu.agent, loki: cpu.loki }))
      bench.report({ metric: `logs.sustained.cpu.${part}`, value, unit: "CPU s per 1000 lines" });
    losses.push(await outage(bench, stage, { rate: 100, seconds: 300, away: 120 }));
    bench.report({ metric: "lines_lost", value: sum(losses.map(({ lost }) => lost)), unit: "lines" });
    bench.report({ metric: "lines_doubled", value: sum(losses.map(({ doubled }) => doubled)), unit: "lines" });
  },
};
