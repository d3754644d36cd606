import type { Benchmark } from "./benchmark.ts";
import { type Flow, flood } from "./logs/flood.ts";
import { withPromtail } from "./peers/promtail.ts";
import { reportMedians } from "./times.ts";

const lines = 200_000;

/** The agent that Alloy replaces, with the same journal, labels and Loki. */
export const promtail: Benchmark = {
  about: `rate and CPU of ${lines} lines from the journal to Loki, through Alloy and through promtail`,
  async run(bench) {
    const stage = await bench.stage();
    const floods = async (agent: string): Promise<Flow[]> => {
      const flows: Flow[] = [];
      for (let round = 1; round <= bench.rounds; round++)
        flows.push(await flood(bench, stage, { run: `${agent}-${round}`, lines, agent: `${agent}.service` }));
      return flows;
    };
    const ours = await floods("watchpost-alloy");
    const theirs = await withPromtail(stage, () => floods("promtail"));
    const compare = (metric: string, unit: string, of: (flow: Flow) => number) =>
      reportMedians(bench.report, { metric, unit }, ours.map(of), { promtail: theirs.map(of) });
    compare("promtail.rate", "lines/s", ({ rate }) => rate);
    compare("promtail.cpu", "CPU s per 1000 lines", ({ cpu }) => cpu.agent);
  },
};
