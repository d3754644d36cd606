import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheRoot } from "./cache.ts";

const KEPT_MS = 60 * 60_000;

const fileOf = (what: string) => join(cacheRoot(), "refusals", what.replaceAll(/[^\w.-]+/g, "-"));

/**
 * The answer to `ask`: why something cannot be had, undefined when it can. A refusal is kept in the cache for an hour,
 * so that runs in a row do not wait for the same "no" each time; remove the cache's `refusals` folder to ask again.
 */
export async function askOnce(what: string, ask: () => Promise<string | undefined>): Promise<string | undefined> {
  const file = fileOf(what);
  const kept = await stat(file).catch(() => undefined);
  if (kept && Date.now() - kept.mtimeMs < KEPT_MS) return readFile(file, "utf8");
  const refusal = await ask();
  if (refusal === undefined) await rm(file, { force: true });
  else {
    await mkdir(join(cacheRoot(), "refusals"), { recursive: true });
    await writeFile(file, refusal);
  }
  return refusal;
}
