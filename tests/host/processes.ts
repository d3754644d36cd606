import { readdir, readFile, readlink } from "node:fs/promises";
import { basename } from "node:path";
import { until } from "../../throwaway/until.ts";

interface Process {
  pid: number;
  parent: number;
  name: string;
}

/** Every process of this machine that can still be seen. */
const processes = async (): Promise<Process[]> => {
  const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
  const all = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""); // it may have ended
      const [, name = "", parent = "0"] = /^\d+ \((.*)\) \S (\d+)/.exec(stat) ?? [];
      return { pid: Number(pid), parent: Number(parent), name };
    }),
  );
  return all.filter(({ name }) => name !== "");
};

/** A process's children, and theirs, to the last. */
export const descendants = async (pid: number): Promise<Process[]> => {
  const all = await processes();
  const below = (parent: number): Process[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
};

/** A process by the file name of what it runs. */
export interface Program {
  pid: number;
  program: string;
}

// what has ended has none, also while its parent has not noticed yet
const programOf = (pid: number): Promise<string> =>
  readlink(`/proc/${pid}/exe`).then(
    (file) => basename(file),
    () => "",
  );

/** What runs below a process. */
export const programsBelow = async (pid: number): Promise<Program[]> => {
  const pids = (await descendants(pid)).map((process) => process.pid);
  return Promise.all(pids.map(async (pid) => ({ pid, program: await programOf(pid) })));
};

/** Those of them that still run. */
export const stillTheSame = async (programs: Program[]): Promise<Program[]> => {
  const now = await Promise.all(programs.map(({ pid }) => programOf(pid)));
  return programs.filter(({ program }, index) => program !== "" && now[index] === program);
};

/** Waits for the engine that a process starts, and gives its pid. */
export const engineBelow = (pid: number): Promise<number> =>
  until("the engine runs", 60_000, async () => (await descendants(pid)).find(({ name }) => name === "pulumi")?.pid);

/** Ends processes at once; those that have ended already are no error. */
export const kill = (pids: number[]): void => {
  for (const pid of pids)
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
};
