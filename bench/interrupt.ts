import { readFile } from "node:fs/promises";

/** The processes that this one started and that still run. */
const children = async (): Promise<number[]> => {
  const text = await readFile(`/proc/self/task/${process.pid}/children`, "utf8").catch(() => "");
  return text.split(" ").filter(Boolean).map(Number);
};

/**
 * Lets ^C and kill end what is being measured and nothing else: the work fails because its processes end,
 * and so whatever it has set up is taken away as after any failure. A second signal of the same kind ends at once.
 */
export const interruptible = (): { readonly interrupted: boolean } => {
  const state = { interrupted: false };
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, async () => {
      state.interrupted = true;
      // on a terminal they have it already
      for (const pid of await children())
        try {
          process.kill(pid, "SIGTERM");
        } catch {} // it ended meanwhile
    });
  return state;
};
