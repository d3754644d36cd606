import type { Config } from "../config/config.ts";
import { withPlaceholders } from "../config/placeholders.ts";
import { readConfig } from "../config/read.ts";
import { asTexts, readStackFile, stackFile } from "../config/stack-file.ts";

const withoutKeys = (key: string, value: unknown) => (key === "privateKey" ? undefined : value);

/** The stack's own name, which its file has too, out of `organization/project/name`. */
export const shortName = (stack: string): string => stack.split("/").at(-1) ?? stack;

/**
 * The config out of a stack's file, placeholders for what is encrypted in it.
 * @throws Error when there is no such file, or an object is encrypted as a whole.
 */
export const placeheld = (stack: string): ReturnType<typeof withPlaceholders> => {
  const file = readStackFile(stack);
  if (!file) throw new Error(`there is no ${stackFile(stack)}: expected the config file of the stack ${stack}`);
  return withPlaceholders(file);
};

/**
 * A stack's config out of its file alone: without the engine, its backend and the passphrase, none of which may be at
 * hand when things are down. Secrets are not in it, and no private key, which a placeholder would only seem to be.
 * @throws Error as `placeheld` does, ConfigError as always.
 */
export const fileConfig = (stack: string): Config => {
  const { config } = placeheld(stack);
  return readConfig(asTexts(JSON.parse(JSON.stringify(config, withoutKeys))));
};
