import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where the things of one host lie on this machine, and the id that marks the ones that are not files. */
export interface Place {
  name: string;
  /** Eight hex digits out of the folder: one for each host, even of two clones or two users. */
  id: string;
  folder: string;
  /** The guest's root tree; its /usr is an overlay that only the guest has mounted. */
  root: string;
  /** A link to the cached tree that the host was started from. */
  base: string;
  /** What is written over the cached tree's /usr, and the overlay's work folder. */
  upper: string;
  work: string;
  /** The private key for ssh; its public half lies beside it with `.pub`. */
  key: string;
  knownHosts: string;
  console: string;
  /** What findHost needs to know; written last, so that a host that has it was started to the end. */
  record: string;
  /** Gone with a reboot of the machine, and the same for all clones. */
  lock: string;
}

/** The folder of all hosts: $XDG_STATE_HOME/watchpost/hosts, else ~/.local/state/watchpost/hosts. */
export function hostsFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "watchpost", "hosts");
}

/** @throws RangeError when the name could not be a host's name. */
export function placeOf(name: string): Place {
  if (!/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name)) {
    throw new RangeError(
      `the name of a throwaway host is 1 to 32 of a-z, 0-9 and "-", starting with a letter; got "${name}"`,
    );
  }
  const folder = join(hostsFolder(), name);
  const id = createHash("sha256").update(folder).digest("hex").slice(0, 8);
  return {
    name,
    id,
    folder,
    root: join(folder, "root"),
    base: join(folder, "base"),
    upper: join(folder, "usr"),
    work: join(folder, "work"),
    key: join(folder, "id_ed25519"),
    knownHosts: join(folder, "known_hosts"),
    console: join(folder, "console.log"),
    record: join(folder, "host.json"),
    lock: join("/run", `watchpost-host-${id}.lock`),
  };
}
