import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** The stack's config file. */
export const stackFile = (stack: string): string => join(import.meta.dirname, "..", `Pulumi.${stack}.yaml`);

/**
 * The stack's config as its file has it, `watchpost:hosts` and so on, an encrypted value as `{ secure: "v1:..." }`;
 * undefined where there is no such file.
 */
export const readStackFile = (stack: string): Record<string, unknown> | undefined => {
  const file = stackFile(stack);
  if (!existsSync(file)) return undefined;
  return (parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> } | null)?.config ?? {};
};

/** The config's values as the engine gives them to the program: what has structure as JSON. */
export const asTexts = (config: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]),
  );

/** A value out of the text that the engine gives of it. */
export const fromText = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
