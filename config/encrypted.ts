/** Where a value of the config is, `hosts.web.privateKey`; an element of a list by its index. */
export type Path = string;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const pathsIn = (value: unknown, at: Path): Path[] => {
  if (!isObject(value)) return [];
  if ("secure" in value) return [at];
  return Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, `${at}.${key}`));
};

/**
 * Where a stack's file has encrypted values, whatever their keys are called.
 * @param file The config as the file has it: see `readStackFile`.
 */
export const encryptedPaths = (file: Record<string, unknown>, namespace = "watchpost"): Path[] =>
  Object.entries(file)
    .filter(([key]) => key.startsWith(`${namespace}:`))
    .flatMap(([key, value]) => pathsIn(value, key.slice(namespace.length + 1)));

/** Whether the value at a path is encrypted, or anything below it, or what it is a part of. */
export const isEncrypted = ({ encrypted }: { encrypted: readonly Path[] }, path: Path): boolean =>
  encrypted.some((one) => one === path || one.startsWith(`${path}.`) || path.startsWith(`${one}.`));

/** Stands in the place of a secret. */
export const secretWord = "[secret]";

/** The config with a word in the place of each encrypted value. */
export const concealed = (value: unknown, encrypted: readonly Path[], at: Path = ""): unknown => {
  if (encrypted.includes(at)) return secretWord;
  if (Array.isArray(value)) return value.map((inner, index) => concealed(inner, encrypted, `${at}.${index}`));
  if (!isObject(value)) return value;
  const below = (key: string) => (at === "" ? key : `${at}.${key}`);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, concealed(inner, encrypted, below(key))]),
  );
};
