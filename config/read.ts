import { checkAll } from "./checks/index.ts";
import { type Config, schema } from "./config.ts";
import { ConfigError, explain } from "./errors.ts";

/** Config values come as text; whatever has structure comes as JSON. */
const parseValue = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" || typeof value === "boolean" ? value : text;
  } catch {
    return text;
  }
};

/** The sections that are right by themselves, so that what is wrong between those is said in the same breath. */
const soundSections = (root: Record<string, unknown>): Partial<Config> =>
  Object.fromEntries(
    Object.entries(schema.shape).flatMap(([key, section]) => {
      const parsed = section.safeParse(root[key]);
      return parsed.success ? [[key, parsed.data]] : [];
    }),
  );

/**
 * Reads the config of a stack.
 * @param raw All keys as the engine gives them, `watchpost:hosts` and so on; other namespaces are left alone.
 * @throws ConfigError with every mistake, each with the key's path.
 */
export const readConfig = (raw: Record<string, string>, namespace = "watchpost"): Config => {
  const root = Object.fromEntries(
    Object.entries(raw)
      .filter(([key]) => key.startsWith(`${namespace}:`))
      .map(([key, text]) => [key.slice(namespace.length + 1), parseValue(text)]),
  );
  const parsed = schema.safeParse(root);
  const problems = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => explain(issue, root)),
    ...checkAll(parsed.data ?? soundSections(root)),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return parsed.data;
};
