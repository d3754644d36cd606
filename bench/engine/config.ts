import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { stackFile } from "../../config/stack-file.ts";

/** The stack's config as its file has it, the secrets encrypted. */
export const configOf = async ({ name }: { name: string }): Promise<Record<string, unknown>> => {
  const { config } = parse(await readFile(stackFile(name), "utf8")) as { config: Record<string, unknown> };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^watchpost:/, ""), value]));
};
