import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { unable } from "../../demo/throwaway/machine.ts";
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
    const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    if (status === 0) return { ...outcome, status: "passed", seconds: seconds() };
    return { ...outcome, status: "failed", seconds: seconds(), reason: `${out}${err}`.trim() || `exited ${status}` };
  } catch (error) {
    return { ...outcome, status: "failed", seconds: seconds(), reason: String(error) };
  }
};

/** Has the toolchain ready before the tests that need it; undefined where no throwaway host can be, as those tests say. */
export const runPreparation = async (): Promise<Outcome | undefined> => {
  if (unable()) return undefined;
  const started = performance.now();
  const outcome = { file: "toolchain", path: [] };
  const seconds = () => (performance.now() - started) / 1000;
  try {
    await prepareToolchain();
    return { ...outcome, status: "passed", seconds: seconds() };
  } catch (error) {
    return { ...outcome, status: "failed", seconds: seconds(), reason: String(error) };
  }
};
