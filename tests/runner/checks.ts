import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { unable } from "../../throwaway/machine.ts";
import { finished } from "../finished.ts";
import { prepareToolchain } from "../host/toolchain.ts";
import type { Outcome } from "./outcome.ts";

/** A program of node_modules/.bin that looks the whole project over. */
interface Check {
  name: string;
  command: string;
  args: string[];
}

export const checks: Check[] = [
  { name: "tsc --noEmit", command: "tsc", args: ["--noEmit", "--pretty", "false"] },
  { name: "biome check .", command: "biome", args: ["check", "--colors=off", "."] },
];

/** Runs a check; what it printed is the reason when it fails. */
export const runCheck = async ({ name, command, args }: Check, root: string, signal: AbortSignal): Promise<Outcome> => {
  const started = performance.now();
  const outcome = { file: name, path: [] };
  const seconds = () => (performance.now() - started) / 1000;
  try {
    const child = spawn(join(root, "node_modules/.bin", command), args, { cwd: root, signal });
    const { stdout, stderr, status } = await finished(child);
    if (status === 0) return { ...outcome, status: "passed", seconds: seconds() };
    return {
      ...outcome,
      status: "failed",
      seconds: seconds(),
      reason: `${stdout}${stderr}`.trim() || `exited ${status}`,
    };
  } catch (error) {
    return { ...outcome, status: "failed", seconds: seconds(), reason: String(error) };
  }
};

/**
 * Has the toolchain ready before the tests that need it: failed where a part cannot be had, skipped where that takes
 * longer than `limit` (milliseconds), and undefined where no throwaway host can be, as those tests say.
 */
export const runPreparation = async (limit: number): Promise<Outcome | undefined> => {
  if (unable()) return undefined;
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const late = new AbortController();
  const end = (status: Outcome["status"], reason?: string): Outcome => ({
    file: "toolchain",
    path: [],
    status,
    seconds: seconds(),
    ...(reason === undefined ? {} : { reason }),
  });
  return Promise.race([
    prepareToolchain().then(
      (failures) => (failures.length === 0 ? end("passed") : end("failed", failures.join("\n"))),
      (error) => end("failed", error instanceof Error ? error.message : String(error)),
    ),
    pause(limit, undefined, { signal: late.signal }).then(() =>
      end("skipped", `not ready after ${limit / 60_000} minutes; npm run demo gets the rest of it`),
    ),
  ]).finally(() => late.abort());
};
