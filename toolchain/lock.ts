import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 250;

/** When a process started, in the kernel's clock ticks: tells a reused pid from its former owner. */
async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // The second field is the command's name in parentheses and may itself hold spaces.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

/** What a lock file holds for a process: its pid and start time. */
export async function ownerOf(pid: number): Promise<string> {
  return `${pid} ${(await startTime(pid)) ?? "?"}`;
}

async function isAlive(owner: string): Promise<boolean> {
  const [pid, started] = owner.split(" ");
  if (!Number(pid)) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const now = await startTime(Number(pid));
  return now === undefined || started === "?" || now === started;
}

async function create(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, content);
  try {
    await link(draft, file); // unlike open(..., "wx"), the lock is never seen without its owner
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft);
  }
}

async function removeStale(file: string, owner: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  await rename(file, aside).catch(() => {}); // another process may have removed it first
  const taken = await readFile(aside, "utf8").catch(() => owner);
  if (taken !== owner) await link(aside, file).catch(() => {}); // it was a new owner's: give it back
  await rm(aside, { force: true });
}

/**
 * Runs `work` while this process owns the lock file; a lock whose owner is gone is taken over.
 * @param onWait is told once the pid that holds the lock, when there is one to wait for.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, onWait = (_pid: number) => {}): Promise<T> {
  const me = await ownerOf(process.pid);
  for (let told = false; !(await create(file, me)); ) {
    const owner = await readFile(file, "utf8").catch(() => undefined);
    if (owner === undefined) continue;
    if (!(await isAlive(owner))) {
      await removeStale(file, owner);
      continue;
    }
    if (!told) onWait(Number.parseInt(owner, 10));
    told = true;
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}
