import { readdir, readFile, readlink } from "node:fs/promises";
import type { Place } from "./place.ts";
import { until } from "./until.ts";

const END_MS = 20_000;

/** The environment variable that marks a host's supervisor, nspawn and init: found by it even when nothing was recorded. */
export const markOf = (place: Place): string => `WATCHPOST_THROWAWAY_HOST=${place.folder}`;

/** Whether a process has no environment at all, unlike one whose exec has not put it in place yet (proc_pid_stat(5)). */
async function hasNoEnvironment(pid: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  const [start, end] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(47, 49); // env_start, env_end
  return start === end && end !== "0";
}

/** The environment that a process was started with; empty for the kernel's own, for zombies, and for those of others. */
async function environmentOf(pid: string): Promise<string> {
  for (;;) {
    const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
    if (environment) return environment;
    const isProgram = await readlink(`/proc/${pid}/exe`).catch(() => "");
    if (!isProgram || (await hasNoEnvironment(pid))) return "";
  }
}

/** The marked processes of a host, as pids of this machine: none when it does not run. Its services are not marked. */
export async function processesOf(place: Place): Promise<number[]> {
  const mark = markOf(place);
  const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
  const environments = await Promise.all(pids.map(environmentOf));
  return pids.filter((_, index) => environments[index]?.split("\0").includes(mark)).map(Number);
}

async function isInit(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return /^NSpid:.*\s\d+\s+1$/m.test(status); // 1 in a namespace of its own, another number in ours
}

/** The pid of the guest's init as seen from this machine; undefined while there is none. */
export async function leaderOf(place: Place): Promise<number | undefined> {
  for (const pid of await processesOf(place)) if (await isInit(pid)) return pid;
  return undefined;
}

/**
 * Ends a host's processes at once, as a power cut would; what runs in the guest goes with its init.
 * @throws TimeoutError when some cannot be ended.
 */
export async function endProcesses(place: Place): Promise<void> {
  await until(`the processes of the throwaway host ${place.name} are gone`, END_MS, async () => {
    const pids = await processesOf(place);
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
    return pids.length === 0 ? true : undefined;
  });
}
