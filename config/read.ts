import { checkAll } from "./checks/index.ts";
import { type Config, schema } from "./config.ts";
import { concealed, type Path, secretWord } from "./encrypted.ts";
import { ConfigError, explain, type Problem } from "./errors.ts";
import { encryptionProblems } from "./may-be-encrypted.ts";
import { fromText } from "./stack-file.ts";

/** Config values come as text; whatever has structure comes as JSON. */
const parseValue = (text: string): unknown => {
  const value = fromText(text);
  return typeof value === "object" || typeof value === "boolean" ? value : text;
};

/** The sections that are right by themselves, so that what is wrong between those is said in the same breath. */
const soundSections = (root: Record<string, unknown>): Partial<Config> =>
  Object.fromEntries(
    Object.entries(schema.shape).flatMap(([key, section]) => {
      const parsed = section.safeParse(root[key]);
      return parsed.success ? [[key, parsed.data]] : [];
    }),
  );

const textsIn = (value: unknown): string[] => {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

/** Takes encrypted values out of a message; shorter ones tell nothing, and would be found in any word. */
const conceal = (message: string, secrets: string[]) =>
  secrets.reduce((text, secret) => (secret.length < 4 ? text : text.replaceAll(secret, secretWord)), message);

const at = (root: unknown, path: Path) =>
  path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], root);

/**
 * Reads the config of a stack.
 * @param raw All keys as the engine gives them, `watchpost:hosts` and so on; other namespaces are left alone.
 * @param encrypted Where the stack's file has encrypted values: they are secrets wherever they go.
 * @throws ConfigError with every mistake, each with the key's path, and no encrypted value.
 */
export const readConfig = (
  raw: Record<string, string>,
  encrypted: readonly Path[] = [],
  namespace = "watchpost",
): Config => {
  const root = Object.fromEntries(
    Object.entries(raw)
      .filter(([key]) => key.startsWith(`${namespace}:`))
      .map(([key, text]) => [key.slice(namespace.length + 1), parseValue(text)]),
  );
  const parsed = schema.safeParse(root);
  const sections = parsed.data ?? soundSections(root);
  const notSecret = encryptionProblems(encrypted, sections);
  const shown = concealed(root, encrypted);
  const problems: Problem[] = [
    ...notSecret,
    ...(parsed.error?.issues ?? []).flatMap((issue) => explain(issue, shown)),
    ...checkAll({ ...sections, encrypted }),
  ];
  // a mistake in a value that has to be set anew anyway would only tell of it
  const said = problems.filter((one) => notSecret.includes(one) || notSecret.every(({ path }) => path !== one.path));
  const secrets = encrypted.flatMap((path) => textsIn(at(root, path)));
  if (!parsed.success || said.length > 0)
    throw new ConfigError(said.map((one) => ({ ...one, message: conceal(one.message, secrets) })));
  return { ...parsed.data, encrypted };
};
