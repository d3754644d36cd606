import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Bends } from "./bend.ts";
import type { EngineRun } from "./engine-run.ts";
import type { Rig, Values } from "./rig.ts";

/** How a deployment ended: what the engine said, and the exit status (null after a signal). */
export interface Ended {
  said: string;
  status: number | null;
}

/** A deployment that runs in a process of its own. */
export interface Apart {
  child: ChildProcess;
  ended: Promise<Ended>;
}

export interface ApartOptions {
  /** How the test spoils units of the program. */
  bends?: Bends;
  /** Another stack than the rig's own, with its config. */
  other?: { name: string; config: Values; secrets?: Record<string, string> };
}

/** Starts an `up` of the rig's stack, or of another one, in a process of its own. */
export const upApart = (rig: Rig, { bends = {}, other }: ApartOptions = {}): Apart => {
  const { name, folder, engine } = rig;
  const run: EngineRun = { options: { name, folder, engine, ...other }, bends };
  const child = spawn(process.execPath, [join(import.meta.dirname, "engine-run.ts")], {
    stdio: ["pipe", "pipe", "ignore"],
    detached: true, // a group of its own, with the engine and its plugins in it
  });
  child.stdin?.end(JSON.stringify(run));
  let said = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    rig.log += text;
  });
  const ended = once(child, "close").then(([status]) => ({ said, status }));
  return { child, ended };
};
