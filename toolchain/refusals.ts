import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheRoot } from "./cache.ts";
import { duration, note } from "./progress.ts";

const KEPT_MS = 60 * 60_000;

/** A file's time has fractions of a millisecond, and a file system may have a clock of its own: it may be this far ahead. */
const CLOCKS_APART_MS = 1000;

/** The environment variable that, set to 1, has everything tried again that is remembered as refused. */
const ASK_AGAIN = "WATCHPOST_ASK_AGAIN";

const fileOf = (what: string) => join(cacheRoot(), "refusals", what.replaceAll(/[^\w.-]+/g, "-"));

/** What is remembered of an earlier run, with its age in milliseconds. */
async function remembered(file: string): Promise<{ refusal: string; age: number } | undefined> {
  if (process.env[ASK_AGAIN] === "1") return undefined;
  const kept = await stat(file).catch(() => undefined);
  const age = Date.now() - (kept?.mtimeMs ?? 0);
  if (age < -CLOCKS_APART_MS || age >= KEPT_MS) return undefined;
  return { refusal: await readFile(file, "utf8"), age: Math.max(age, 0) };
}

/**
 * The answer to `ask`: why something cannot be had, undefined when it can. A refusal is kept in the cache for an hour,
 * so that runs in a row do not wait for the same "no" each time; with WATCHPOST_ASK_AGAIN=1 it is asked for again.
 */
export async function askOnce(what: string, ask: () => Promise<string | undefined>): Promise<string | undefined> {
  const file = fileOf(what);
  const before = await remembered(file);
  if (before) {
    const ago = duration(before.age / 1000);
    note(`${what} was not available ${ago} ago (${before.refusal}) and is not tried again: ${ASK_AGAIN}=1 does so`);
    return before.refusal;
  }
  const refusal = await ask();
  if (refusal === undefined) await rm(file, { force: true });
  else {
    await mkdir(join(cacheRoot(), "refusals"), { recursive: true });
    await writeFile(file, refusal);
    note(`${what} is not available (${refusal}); ${file} remembers it for an hour: ${ASK_AGAIN}=1 tries again`);
  }
  return refusal;
}
