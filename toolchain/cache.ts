import { createHash, randomUUID } from "node:crypto";
import { access, copyFile, link, mkdir, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { withLock } from "./lock.ts";
import { note, step } from "./progress.ts";

/** What a cached thing is made from: its key changes when any of it changes. */
export interface Key {
  name: string;
  version: string;
  /** Everything else that decides what comes out, as plain JSON data. */
  recipe: unknown;
}

/** The folder of everything cached: $WATCHPOST_CACHE, else $XDG_CACHE_HOME/watchpost, else ~/.cache/watchpost. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  if (env.WATCHPOST_CACHE) return env.WATCHPOST_CACHE;
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "watchpost");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** A folder name such as "loki-3.7.8-1f2e3d4c5b6a": name, version and a hash of the recipe. */
export function keyName({ name, version, recipe }: Key): string {
  const hash = createHash("sha256")
    .update(JSON.stringify(sorted(recipe)))
    .digest("hex")
    .slice(0, 12);
  return `${name}-${version}-${hash}`;
}

/** Whether a path is there. */
export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Puts a cached file elsewhere too, without a second copy where the file system allows. */
export const linkOrCopy = (from: string, to: string): Promise<void> => link(from, to).catch(() => copyFile(from, to));

/** The folder of a cached thing when it is there already. */
export async function findCached(key: Key): Promise<string | undefined> {
  const folder = join(cacheRoot(), keyName(key));
  return (await exists(folder)) ? folder : undefined;
}

const draftOf = (key: Key) => `.draft-${keyName(key)}-`;

/** Removes what a killed run has left half-made. Whoever calls it holds the lock of the key. */
async function removeDrafts(key: Key): Promise<void> {
  const left = (await readdir(cacheRoot())).filter((name) => name.startsWith(draftOf(key)));
  const remove = (name: string) => rm(join(cacheRoot(), name), { recursive: true, force: true });
  await Promise.allSettled(left.map(remove)); // a command of the killed run may still write there
}

/**
 * The folder of a cached thing; made by `make` (into the folder that it is given) when it is not there yet.
 * It appears whole or not at all, and two processes that want it at once make it once.
 * @param what tells the step on stderr: "build Loki 3.7.8 from its Go module".
 */
export async function cached(key: Key, what: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheRoot(), keyName(key));
  if (await exists(folder)) return folder;
  await mkdir(join(cacheRoot(), "locks"), { recursive: true });
  return withLock(
    join(cacheRoot(), "locks", keyName(key)),
    async () => {
      if (await exists(folder)) return folder;
      return step(
        what,
        async () => {
          await removeDrafts(key);
          const draft = join(cacheRoot(), `${draftOf(key)}${randomUUID()}`);
          try {
            await mkdir(draft, { recursive: true });
            await make(draft);
            await rename(draft, folder);
          } finally {
            await rm(draft, { recursive: true, force: true });
          }
          return folder;
        },
        (where) => where,
      );
    },
    (pid) => note(`${what}: process ${pid} is at it, waiting for it`),
  );
}
