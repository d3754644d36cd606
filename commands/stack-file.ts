import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Config } from "../config/config.ts";
import { readConfig } from "../config/read.ts";
import { stackFile } from "../demo/stack.ts";

// in the form of any secret, and nobody's
const unread = "encrypted-in-the-stack-file";

/** Puts a word in the place of what is encrypted, and leaves private keys out. */
const readable = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(readable);
  if ("secure" in value) return unread;
  const entries = Object.entries(value).filter(([key]) => key !== "privateKey");
  return Object.fromEntries(entries.map(([key, inner]) => [key, readable(inner)]));
};

/**
 * A stack's config out of its file alone: without the engine, its backend and the passphrase, none of which may be at
 * hand when things are down. Secrets are not in it.
 * @throws Error when there is no such file, ConfigError as always.
 */
export const fileConfig = (stack: string): Config => {
  const file = stackFile(stack);
  if (!existsSync(file)) throw new Error(`there is no ${file}: expected the config file of the stack ${stack}`);
  const { config = {} } = parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> };
  const texts = Object.entries(config).map(([key, value]) => {
    const plain = readable(value);
    return [key, typeof plain === "object" ? JSON.stringify(plain) : String(plain)];
  });
  return readConfig(Object.fromEntries(texts));
};
