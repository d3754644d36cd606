import { randomInt } from "node:crypto";
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { note } from "../toolchain/progress.ts";
import type { Bench } from "./benchmark.ts";
import { benchmarks } from "./benchmarks.ts";
import { interruptible } from "./interrupt.ts";
import { report } from "./result.ts";
import { openStage } from "./stage.ts";

const list = Object.entries(benchmarks)
  .map(([name, { about }]) => `  ${name.padEnd(10)}${about}`)
  .join("\n");

const usage = `npm run bench -- [NAME...] [options]    measure; each figure is a JSON line {metric, value, unit, peer?, ratio?}
${list}
  --rounds N         how often what is timed is repeated; default 5
  --times N          how often is tried what may fail, each with its seed on standard error; default 20
  --seed N           the first seed, to try the same again; default: another one each time
  --image NAME=FILE  an image that cannot be had, as for the demo: with Grafana's, its dashboards and rules are in
  --list             only the names
A line with peer is the peer's value, and ratio is ours divided by it. Times are medians.`;

/** The command line is wrong; the message says what was expected and got. */
class UsageError extends Error {}

const parse = () => {
  const options = {
    rounds: { type: "string", default: "5" },
    times: { type: "string", default: "20" },
    seed: { type: "string", default: String(randomInt(1_000_000)) },
    image: { type: "string", multiple: true, default: [] as string[] },
    list: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  const { values, positionals } = (() => {
    try {
      return parseArgs({ options, allowPositionals: true });
    } catch (cause) {
      throw new UsageError(`${(cause as Error).message}\n${usage}`);
    }
  })();
  const unknown = positionals.find((name) => !(name in benchmarks));
  if (unknown) throw new UsageError(`expected one of ${Object.keys(benchmarks).join(", ")}, got ${unknown}`);
  const whole = (option: "rounds" | "times" | "seed", least: number) => {
    const number = Number(values[option]);
    if (Number.isInteger(number) && number >= least) return number;
    throw new UsageError(`--${option}: expected a number from ${least} on, got ${values[option]}`);
  };
  return {
    ...values,
    rounds: whole("rounds", 1),
    times: whole("times", 1),
    seed: whole("seed", 0),
    names: positionals,
  };
};

/** Runs the chosen benchmarks; one that fails does not keep the others from running. */
const measure = async (names: string[], bench: Omit<Bench, "report">): Promise<boolean> => {
  note(`${availableParallelism()} cores, load ${loadavg().map((one) => one.toFixed(1))}`);
  const state = interruptible();
  let ok = true;
  for (const [name, { run }] of Object.entries(benchmarks).filter(([name]) => names.includes(name))) {
    if (state.interrupted) return false;
    try {
      await run({ ...bench, report });
    } catch (cause) {
      ok = false;
      note(state.interrupted ? `${name}: interrupted` : `${name}: ${(cause as Error).stack}`);
    }
  }
  return ok;
};

const main = async (): Promise<boolean> => {
  const { help, list, rounds, times, seed, image, names } = parse();
  if (help || list) {
    process.stdout.write(`${help ? usage : Object.keys(benchmarks).join("\n")}\n`);
    return true;
  }
  const stage = openStage(image);
  try {
    const chosen = names.length > 0 ? names : Object.keys(benchmarks);
    return await measure(chosen, { stage: stage.use, rounds, times, seed });
  } finally {
    await stage.close();
  }
};

main().then(
  (ok) => process.exit(ok ? 0 : 1),
  (cause: Error) => {
    note(cause instanceof UsageError ? cause.message : `bench: ${cause.stack}`);
    process.exit(cause instanceof UsageError ? 2 : 1);
  },
);
