import { Rig } from "../tests/host/rig.ts";
import { TwoOperators } from "../tests/host/two-ups.ts";
import type { Benchmark } from "./benchmark.ts";

/** Two deployments of one stack at once. Aim: none goes wrong. */
export const twoUps: Benchmark = {
  about: "pairs of ups at once from two clones that go wrong",
  async run({ report, times, seed }) {
    const rig = new Rig({ name: "bench-two-ups", values: { grafana: { access: "none" } } });
    let [refused, failed] = [0, 0];
    try {
      await rig.start();
      await rig.stack.up();
      const operators = await TwoOperators.of(rig);
      for (let round = 0; round < times; round++) {
        const { wrong, ...ups } = await operators.deploy(seed, round);
        refused += ups.refused;
        if (wrong !== undefined) failed++;
        report.note(`two-ups: seed ${seed}, round ${round}: ${ups.refused} refused, ${wrong ?? "right"}`);
      }
    } finally {
      await rig.stop();
    }
    report({ metric: "two_ups.tried", value: times, unit: "pairs" });
    report({ metric: "two_ups.wrong", value: failed, unit: "pairs" });
    report({ metric: "two_ups.refused", value: refused, unit: "deployments" });
  },
};
