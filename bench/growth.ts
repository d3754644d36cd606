import type { Bench, Benchmark } from "./benchmark.ts";
import { pulumi, pulumiNoop } from "./engine/command.ts";
import { configOf } from "./engine/config.ts";
import { stateBytes, stateOf, withoutCanary } from "./engine/state.ts";
import { rounds } from "./rounds.ts";
import type { Stage } from "./stage.ts";
import { reportTimes } from "./times.ts";
import { timed } from "./timing.ts";

/** Jobs, and targets in each. */
const sizes = [
  { jobs: 1, targets: 10 },
  { jobs: 1, targets: 100 },
  { jobs: 1, targets: 1000 },
  { jobs: 10, targets: 10 },
  { jobs: 100, targets: 10 },
];

// on the host's own loopback, where nobody answers: each scrape is refused at once, and there are few
const address = (index: number) => `127.1.${index >> 8}.${index & 255}:9`;
const interval = "1h";

const jobsOf = (jobs: number, targets: number) =>
  Object.fromEntries(
    Array.from({ length: jobs }, (_, job) => [
      `job-${job}`,
      { interval, targets: Array.from({ length: targets }, (_, target) => address(job * targets + target)) },
    ]),
  );

const measure = async ({ report, rounds: count }: Bench, stage: Stage, name: string, less: string[]) => {
  reportTimes(report, `growth.up.${name}`, [await timed(() => pulumi(stage, "up", less))]);
  const { preview, up } = await rounds(count, {
    preview: () => pulumiNoop(stage, "preview", less),
    up: () => pulumiNoop(stage, "up", less),
  });
  reportTimes(report, `growth.noop_preview.${name}`, preview);
  reportTimes(report, `growth.noop_up.${name}`, up);
  const [resources, bytes] = [(await stateOf(stage)).length, await stateBytes(stage)];
  report({ metric: `growth.resources.${name}`, value: resources, unit: "resources" });
  report({ metric: `growth.state.${name}`, value: bytes / 1000, unit: "kB" });
  return { resources, bytes };
};

/** How the stack's times and its state grow with what it scrapes. Aim: linear, and no resource for an address. */
export const growth: Benchmark = {
  about: "up, preview and state from 10 to 1000 scrape targets, in 1 to 100 jobs",
  async run(bench) {
    const stage = await bench.stage();
    const before = await configOf(stage);
    // it waits until every target is up, and these never are
    const less = withoutCanary(await stateOf(stage));
    try {
      const base = await measure(bench, stage, "0x0", less);
      bench.report({ metric: "growth.state_per_resource", value: base.bytes / base.resources / 1000, unit: "kB" });
      for (const { jobs, targets } of sizes) {
        await stage.stack.setConfig({ ...before, scrape: jobsOf(jobs, targets) });
        await measure(bench, stage, `${jobs}x${targets}`, less);
      }
    } finally {
      await stage.stack.setConfig(before);
      await pulumi(stage, "up");
    }
  },
};
