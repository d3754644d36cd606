import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { until } from "./until.ts";

/** A server in a process of its own. */
export interface Child {
  program: string;
  args: string[];
  /** Answers 2xx once it is ready. */
  ready: string;
  env?: Record<string, string>;
  cwd?: string;
}

/** The servers that run, each with the last of what it said. */
const said = new WeakMap<ChildProcess, string>();

/** What a server said last. */
export const lastWords = (child: ChildProcess): string => said.get(child) ?? "";

/** Starts a server and waits until it is ready. @throws with its last words, when it ends or takes longer than 150 s */
export const startChild = async ({ program, args, ready, env, cwd }: Child): Promise<ChildProcess> => {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env }, cwd });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said.set(child, (lastWords(child) + text).slice(-6000));
    });
  const answers = async () => {
    if (child.exitCode !== null) throw new Error(`${program} ended; it said:\n${lastWords(child)}`);
    return fetch(ready).then(
      ({ ok }) => ok || undefined,
      () => undefined,
    );
  };
  try {
    await until(`${program} is ready`, 150, answers, () => lastWords(child));
  } catch (error) {
    await stopChild(child);
    throw error;
  }
  return child;
};

/** Ends a server that `startChild` has started. */
export const stopChild = async (child: ChildProcess | undefined): Promise<void> => {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
};
