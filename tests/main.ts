import { once } from "node:events";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { checks, runCheck, runPreparation } from "./runner/checks.ts";
import { findTests } from "./runner/files.ts";
import type { Outcome } from "./runner/outcome.ts";
import { Report } from "./runner/report.ts";
import { type RunFileOptions, runFile } from "./runner/run-file.ts";

const usage = `usage: npm test [-- PART...]

Runs the type checker, the linter and the tests, and ends with the line 'N passed, N failed, N skipped'.
PART  runs only the checks and test files whose path or name holds one of the parts:
      npm test -- providers
      npm test -- tsc tests/config`;

const minutes = (count: number) => count * 60_000;

// a run that hangs somewhere still tells what it has seen; on a slow machine without a cache, what comes too late is skipped
const limits = {
  file: minutes(10),
  hostFile: minutes(25),
  toolchain: minutes(40),
  start: minutes(55),
  run: minutes(80),
};

const tooLate = () =>
  performance.now() > limits.start
    ? `its turn did not come within ${limits.start / 60_000} minutes: run it by itself, now that the toolchain is there`
    : undefined;

/** Why no test on a host can run: a part of the toolchain cannot be had, or not in time. */
const unprepared = (toolchain: Outcome | undefined) => {
  if (toolchain?.status === "skipped") return `the toolchain is ${toolchain.reason}`;
  return toolchain?.status === "failed" ? `the toolchain cannot be had: ${toolchain.reason}` : undefined;
};

/** Works on what is left of a list until its end or the signal; several may share one list's iterator. */
const workOff = async <T>(rest: IterableIterator<T>, signal: AbortSignal, work: (item: T) => Promise<void>) => {
  for (const item of rest) {
    if (signal.aborted) return;
    await work(item);
  }
};

const main = async (parts: string[]): Promise<boolean> => {
  const root = resolve(import.meta.dirname, "..");
  const wanted = (name: string) => parts.length === 0 || parts.some((part) => name.includes(part));
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
  const late = `its turn did not come: the run has taken ${limits.run / 60_000} minutes`;
  setTimeout(() => stop.abort(new Error(late)), limits.run).unref();

  const report = new Report(process.stdout);
  const outcomes: Outcome[] = [];
  const keep = (outcome: Outcome) => {
    outcomes.push(outcome);
    return outcome;
  };
  for (const check of checks.filter(({ name }) => wanted(name)))
    report.check(keep(await runCheck(check, root, stop.signal)));

  const { parallel, onHosts, waiting } = await findTests(root, wanted);
  const needHosts = onHosts.length + waiting.length > 0;
  const cutOff = once(stop.signal, "abort").then(() => undefined);
  const prepared = needHosts ? await Promise.race([runPreparation(limits.toolchain), cutOff]) : undefined;
  if (prepared) report.check(keep(prepared));
  const run = async (options: Omit<RunFileOptions, "root" | "signal">) => {
    const result = await runFile({ root, signal: stop.signal, ...options });
    result.outcomes.forEach(keep);
    return result;
  };
  const unseen = (limit: number) => async (file: string) => report.file(await run({ file, limit }));
  // they are long: each of their tests is told as it ends
  const seen = async (file: string) => {
    report.start(file);
    const onOutcome = (outcome: Outcome) => report.test(outcome);
    const onOutput = (text: string) => report.output(text);
    report.end(await run({ file, limit: limits.hostFile, onOutcome, onOutput }));
  };
  const inTime = (work: (file: string) => Promise<void>) => async (file: string) => {
    const why = unprepared(prepared) ?? tooLate();
    if (why) report.check(keep({ file, path: [], status: "skipped", seconds: 0, reason: why }));
    else await work(file);
  };
  const unitTests = parallel.values();
  const lanes = Array.from({ length: availableParallelism() }, () =>
    workOff(unitTests, stop.signal, unseen(limits.file)),
  );
  await Promise.all(lanes);
  // those that mostly wait run beside the others, and so does a second host once they are over
  const hostTests = onHosts.values();
  const beside = inTime(onHosts.length > 0 ? unseen(limits.hostFile) : seen);
  await Promise.all([
    workOff(hostTests, stop.signal, inTime(seen)),
    workOff(waiting.values(), stop.signal, beside).then(() => workOff(hostTests, stop.signal, beside)),
  ]);
  const ran = new Set(outcomes.map(({ file }) => file));
  for (const file of [...parallel, ...onHosts, ...waiting].filter((file) => !ran.has(file)))
    report.check(keep({ file, path: [], status: "failed", seconds: 0, reason: String(stop.signal.reason) }));
  return report.total(outcomes) && !stop.signal.aborted;
};

try {
  const options = { help: { type: "boolean", short: "h" } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help) console.log(usage);
  // a build that was cut off would keep the process
  else process.exit((await main(positionals)) ? 0 : 1);
} catch (error) {
  if (!(error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS")) throw error;
  console.error(`${(error as Error).message}\n${usage}`);
  process.exitCode = 2;
}
