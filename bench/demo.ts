import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { Summary } from "../demo/report.ts";
import { projectFolder } from "../demo/stack.ts";
import type { Benchmark } from "./benchmark.ts";
import { nameOf } from "./stage.ts";
import { median } from "./statistics.ts";

/** Runs `npm run demo` as a person does; `cold` tells that it had to fill the cache first. */
const demoRun = async (args: string[]): Promise<{ seconds: number; stdout: string; cold: boolean }> => {
  const started = performance.now();
  const child = spawn("npm", ["run", "--silent", "demo", "--", "--name", nameOf("bench-demo"), ...args], {
    cwd: projectFolder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject).once("close", (status) => resolve(status ?? -1));
  });
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (status !== 0) throw new Error(`npm run demo exited ${status}:\n${stderr}${stdout}`);
  return { stdout, seconds: (performance.now() - started) / 1000, cold: stderr.includes(", kept in ") };
};

/** One demo from nothing to its proof, and away again. */
const once = async () => {
  try {
    const { seconds, stdout, cold } = await demoRun(["--json"]);
    return { seconds, cold, summary: JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Summary };
  } finally {
    await demoRun(["--down"]);
  }
};

const most = 3; // a minute each

/** The first thing that a newcomer sees. Aim: 60 s. */
export const demo: Benchmark = {
  about: "the warm demo, from the command to the proof",
  async run({ report, rounds }) {
    const first = await once();
    if (first.cold) report.note("demo: had a cache to fill first: not counted");
    const runs = first.cold ? [] : [first];
    while (runs.length < Math.min(rounds, most)) {
      const run = await once();
      report.note(`demo: ${run.seconds.toFixed(1)} s`);
      runs.push(run);
    }
    const figures = {
      proved: runs.map(({ summary }) => summary.seconds),
      command: runs.map(({ seconds }) => seconds),
    };
    for (const [name, seconds] of Object.entries(figures))
      report({ metric: `demo.${name}`, value: median(seconds), unit: "s" });
    for (const what of ["journalMs", "containerMs"] as const) {
      const values = runs.flatMap(({ summary: { canary } }) => canary[what] ?? []);
      report({ metric: `demo.canary_${what.replace("Ms", "")}`, value: median(values), unit: "ms" });
    }
  },
};
