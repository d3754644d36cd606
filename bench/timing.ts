import { readFile } from "node:fs/promises";

/** What a work took. */
export interface Timing {
  seconds: number;
  /** CPU seconds of the processes that it started: load on the machine hardly changes them. */
  cpu: number;
}

// the unit of /proc/PID/stat on every Linux that Node runs on
const tick = 0.01;

/** CPU seconds of all processes that this one started and that have ended, and of theirs. */
const cpuOfChildren = async (): Promise<number> => {
  const stat = await readFile("/proc/self/stat", "utf8");
  // proc_pid_stat(5): cutime and cstime are the 16th and 17th, and the second may hold spaces
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(13, 15);
  return (Number(user) + Number(system)) * tick;
};

/** Times a work; no other may go on at the same time. */
export const timed = async (work: () => Promise<unknown>): Promise<Timing> => {
  const [cpu, started] = [await cpuOfChildren(), performance.now()];
  await work();
  return { seconds: (performance.now() - started) / 1000, cpu: (await cpuOfChildren()) - cpu };
};
