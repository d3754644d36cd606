import { scenarios } from "../tests/faults/scenarios.ts";
import { everyCommand, tryScenario } from "../tests/faults/world.ts";
import type { Benchmark } from "./benchmark.ts";

/**
 * Every fault at every command of every job that changes a host, with the real scripts and stand-ins of systemctl and podman:
 * hours on two cores. `--rounds N` tries every Nth command, from another one for each `--seed`.
 */
export const faults: Benchmark = {
  about: "faults at the commands of the jobs that change a host; --rounds N: at every Nth only",
  async run({ report, rounds, seed }) {
    const offset = seed % rounds;
    report.note(`faults: every ${rounds}. command, from the ${offset + 1}. on`);
    let [tried, wrong] = [0, 0];
    for (const scenario of scenarios) {
      const result = await tryScenario(scenario, everyCommand(rounds, offset));
      tried += result.tried;
      wrong += result.wrong.length;
      report.note(`faults: ${scenario.name}: ${result.wrong.length} of ${result.tried} wrong`);
      for (const { at, fault, aftermath, what } of result.wrong)
        report.note(`faults: ${scenario.name}, ${fault} at command ${at}, then ${aftermath}: ${what}`);
    }
    report({ metric: "faults.tried", value: tried, unit: "faults" });
    report({ metric: "faults.wrong", value: wrong, unit: "faults" });
  },
};
