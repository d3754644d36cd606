import { firstUp } from "../tests/host/first-up.ts";
import { Rig } from "../tests/host/rig.ts";
import type { Benchmark } from "./benchmark.ts";
import { whileBusy } from "./busy.ts";
import { median } from "./statistics.ts";

/** First deployments to fresh hosts in ever another order, on a machine that is busy. Aim: none fails. */
export const firstUps: Benchmark = {
  about: "first deployments that fail, the order of the units shuffled, under load",
  async run({ report, times, seed }) {
    const seconds: number[] = [];
    let failed = 0;
    for (let time = 0; time < times; time++) {
      const rig = new Rig({ name: "bench-first-up" });
      try {
        await rig.start();
        const { wrong, ...up } = await whileBusy(() => firstUp(rig, seed + time));
        seconds.push(up.seconds);
        if (wrong !== undefined) failed++;
        report.note(`first-up: seed ${seed + time}: ${up.seconds.toFixed(1)} s, ${wrong ?? "right"}`);
      } finally {
        await rig.stop();
      }
    }
    report({ metric: "first_up.tried", value: times, unit: "deployments" });
    report({ metric: "first_up.failed", value: failed, unit: "deployments" });
    report({ metric: "first_up.seconds", value: median(seconds), unit: "s" });
  },
};
