import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { CommandError, run } from "./command.ts";
import { duration, note } from "./progress.ts";
import { reasonOf } from "./reason.ts";
import { systemEnv } from "./system-env.ts";

/** How long the locks of other package managers are waited for: an upgrade by itself takes minutes. */
const WAIT_MS = 20 * 60_000;
const POLL_MS = 1_000;

/** A lock that apt or dpkg could not get. */
export interface HeldLock {
  file: string;
  /** The process that holds it, where that was said. */
  pid?: number;
}

/**
 * The lock that made apt-get or dpkg fail, from what it wrote in English. All are tried for once and at once:
 * DPkg::Lock::Timeout waits for dpkg's frontend lock only, not for those of the lists and archives (apt 2.6, seen).
 */
export function heldLock(stderr: string): HeldLock | undefined {
  const apt = /Could not get lock (\S+?)\.?(?: It is held by process (\d+)| - open \(11:)/.exec(stderr);
  const dpkg = /dpkg: error: (.+?) (?:was|is) locked by another process(?: with pid (\d+))?/.exec(stderr);
  const [, file, pid] = apt ?? dpkg ?? [];
  return file === undefined ? undefined : { file, ...(Number(pid) > 0 ? { pid: Number(pid) } : {}) };
}

/** "process 123 (apt-get update)". */
async function holderOf({ pid }: HeldLock): Promise<string> {
  if (pid === undefined) return "another process";
  const command = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ").trim();
  return command ? `process ${pid} (${command.slice(0, 100)})` : `process ${pid}`;
}

/**
 * Runs apt-get, waiting for whoever else installs packages on this machine.
 * @param wait milliseconds that locks are waited for.
 * @throws CommandError with apt's last lines; Error that names the holder of a lock that does not come free.
 */
async function aptGet(args: readonly string[], wait: number, cwd = "/"): Promise<void> {
  const env = { ...systemEnv(), DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  const end = performance.now() + wait;
  let waitedFor = "";
  for (;;)
    try {
      await run("apt-get", args, { env, cwd });
      return;
    } catch (error) {
      const lock = error instanceof CommandError ? heldLock(error.output.stderr) : undefined;
      if (!lock) throw error;
      const holder = `${lock.file} is held by ${await holderOf(lock)}`;
      const limit = duration(wait / 1000);
      if (performance.now() > end) throw new Error(`${holder}, still after ${limit}: end it and try again`);
      if (holder !== waitedFor) note(`${holder}: waiting for it, at most ${limit}`);
      waitedFor = holder;
      await pause(POLL_MS);
    }
}

/** Tries again with new package lists: a fresh machine has none yet, another may have old ones. */
async function withLists(work: () => Promise<void>, wait: number): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    await aptGet(["update", "--quiet"], wait).catch((cause) => {
      if (!(cause instanceof CommandError)) throw cause;
      note(reasonOf(cause)); // one source of several may fail, and the packages still be had
    });
    await work();
  }
}

/**
 * Installs Debian packages.
 * @param wait milliseconds that the locks of apt and dpkg are waited for.
 * @throws CommandError with apt's last lines; Error that names the holder of a lock that does not come free.
 */
export async function aptInstall(packages: readonly string[], wait = WAIT_MS): Promise<void> {
  const install = ["install", "--yes", "--quiet", "--no-install-recommends", ...packages];
  await withLists(() => aptGet(install, wait), wait);
}

/** Downloads a Debian package into a folder; apt checks it by the lists that Debian signs. @throws as aptInstall */
export async function aptDownload(name: string, folder: string): Promise<void> {
  await withLists(() => aptGet(["download", "--quiet", name], WAIT_MS, folder), WAIT_MS);
}
