import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** When a process started, in the kernel's clock ticks: tells a reused pid from its former owner. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

const nameOf = (pid) => `${pid} ${startOf(pid) ?? "?"}`;

function isAlive(owner) {
  const [pid, started] = owner.split(" ");
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return error.code === "EPERM";
  }
  const now = startOf(pid);
  return now === undefined || started === "?" || now === started;
}

function ownerOf(lock) {
  try {
    return readFileSync(lock, "utf8");
  } catch {
    return undefined; // it was freed meanwhile
  }
}

/** Takes a lock away whose owner has ended, and no other one that came in between. */
function removeStale(lock, owner) {
  const aside = `${lock}.${randomUUID()}`;
  try {
    renameSync(lock, aside);
    if (ownerOf(aside) !== owner) linkSync(aside, lock);
    rmSync(aside);
  } catch (error) {
    if (!["ENOENT", "EEXIST"].includes(error.code)) throw error; // another process was faster
  }
}

/**
 * Runs `work` while this process owns the lock file, as lock.ts does where there is TypeScript; a lock whose owner has
 * ended is taken over.
 */
export function locked(file, work) {
  const draft = `${file}.${randomUUID()}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(draft, nameOf(process.pid));
  for (let waits = false; ; waits = true)
    try {
      linkSync(draft, file); // unlike an exclusive open, the lock is never seen without its owner
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const owner = ownerOf(file);
      if (owner !== undefined && !isAlive(owner)) removeStale(file, owner);
      else if (owner !== undefined && !waits)
        process.stderr.write(`process ${owner.split(" ")[0]} installs already: waiting for it\n`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
    }
  try {
    rmSync(draft);
    work();
  } finally {
    rmSync(file, { force: true });
  }
}
