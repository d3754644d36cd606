import { readFile, rename, writeFile } from "node:fs/promises";
import type { Network } from "./network.ts";
import type { Place } from "./place.ts";

/** What cannot be found out again about a host that was started to the end. */
export interface HostRecord {
  network: Network;
  /** The guest's public host key: "ssh-ed25519 AAAA...". */
  hostKey: string;
}

/** The record of a host; undefined when it was not started to the end. */
export async function readRecord({ record }: Place): Promise<HostRecord | undefined> {
  const text = await readFile(record, "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as HostRecord);
}

/** Writes the record of a host, whole or not at all. */
export async function writeRecord({ record }: Place, content: HostRecord): Promise<void> {
  const draft = `${record}.draft`;
  await writeFile(draft, JSON.stringify(content, undefined, 2));
  await rename(draft, record);
}
