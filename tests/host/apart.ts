import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { projectFolder } from "../../demo/stack.ts";
import type { EngineRun } from "./engine-run.ts";
import type { Rig } from "./rig.ts";

/** How a deployment ended: what the engine said, and the exit status (null after a signal). */
export interface Ended {
  said: string;
  status: number | null;
}

/** The engine's last words of what went wrong. */
export const complaints = (said: string): string =>
  said.includes("Diagnostics:") ? said.slice(said.lastIndexOf("Diagnostics:")) : said.split("\n").slice(-20).join("\n");

/** A deployment that runs in a process of its own. */
export interface Apart {
  pid: number;
  ended: Promise<Ended>;
}

interface ApartOptions extends Partial<Omit<EngineRun, "options">> {
  /** Another stack beside the rig's, or other config. */
  options?: Partial<EngineRun["options"]>;
  /** The folder of another clone of the project. */
  project?: string;
}

/** Starts an `up` of the rig's stack, or of another one beside it, in a process of its own. */
export const upApart = (rig: Rig, { options, project = projectFolder, ...how }: ApartOptions = {}): Apart => {
  const { name, folder, engine } = rig;
  const run: EngineRun = { options: { name, folder, engine, ...options }, bends: {}, ...how };
  const child = spawn(process.execPath, [join(project, "tests/host/engine-run.ts")], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.end(JSON.stringify(run));
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    rig.log += text;
  });
  const ended = once(child, "close").then(([status]) => ({ said, status }));
  return { pid: child.pid as number, ended };
};
