import { join } from "node:path";
import { run } from "node:test";
import type { TestEvent } from "node:test/reporters";
import { leaves } from "./leaves.ts";
import type { FileResult, Outcome } from "./outcome.ts";
import { unfinished } from "./unfinished.ts";

export interface RunFileOptions {
  root: string;
  /** From `root`. */
  file: string;
  /** Milliseconds that each of its tests, and the file as a whole, may take. */
  limit: number;
  signal: AbortSignal;
  onOutcome?: (outcome: Outcome) => void;
  onOutput?: (text: string) => void;
}

const spoken = ({ type, data }: TestEvent): string => {
  if (type === "test:stdout" || type === "test:stderr") return data.message;
  // those without a file are the runner's own counts
  return type === "test:diagnostic" && data.file !== undefined ? `${data.message}\n` : "";
};

/** Runs a test file in a process of its own. One that does not load, or that holds no test, is a failure. */
export const runFile = async (options: RunFileOptions): Promise<FileResult> => {
  const { root, file, limit, signal } = options;
  const started = performance.now();
  const outcomes: Outcome[] = [];
  let output = "";
  const absolute = join(root, file);
  const leafOf = leaves(file, absolute);
  const rest = unfinished();
  const keep = (outcome: Outcome) => {
    outcomes.push(outcome);
    options.onOutcome?.(outcome);
  };
  // the file gets longer than its tests, so that a test that hangs is named
  const signals = AbortSignal.any([signal, AbortSignal.timeout(limit + 10_000)]);
  const stream = run({ files: [absolute], cwd: root, concurrency: 1, timeout: limit, signal: signals });
  for await (const event of stream) {
    rest.see(event);
    const said = spoken(event);
    output += said;
    options.onOutput?.(said);
    const outcome = leafOf(event);
    if (outcome) keep(outcome);
  }
  // the file itself is told as passed by no event when its tests have told
  const lost = rest.names().filter((name) => name !== absolute);
  if (lost.length > 0 && outcomes.every(({ status }) => status !== "failed"))
    keep({ file, path: [], status: "failed", seconds: 0, reason: `its process ended before: ${lost.join(", ")}` });
  return { file, outcomes, seconds: (performance.now() - started) / 1000, output };
};
