import { join } from "node:path";
import { run } from "node:test";
import type { TestEvent } from "node:test/reporters";
import { leaves } from "./leaves.ts";
import type { FileResult, Outcome } from "./outcome.ts";

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
  const leafOf = leaves(file, join(root, file));
  // the file gets longer than its tests, so that a test that hangs is named
  const signals = AbortSignal.any([signal, AbortSignal.timeout(limit + 10_000)]);
  const stream = run({ files: [join(root, file)], cwd: root, concurrency: 1, timeout: limit, signal: signals });
  for await (const event of stream) {
    const said = spoken(event);
    output += said;
    options.onOutput?.(said);
    const outcome = leafOf(event);
    if (!outcome) continue;
    outcomes.push(outcome);
    options.onOutcome?.(outcome);
  }
  return { file, outcomes, seconds: (performance.now() - started) / 1000, output };
};
