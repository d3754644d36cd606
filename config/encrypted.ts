/** Where a value of the config is, `hosts.web.privateKey`; an element of a list by its index. */
export type Path = string;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/**
 * The keys by which each encrypted value is reached, whatever they are called.
 * @param file The config as the stack's file has it, all namespaces: see `readStackFile`.
 */
export const encryptedKeys = (file: unknown, at: readonly string[] = []): (readonly string[])[] => {
  if (!isObject(file)) return [];
  if ("secure" in file) return [at];
  return Object.entries(file).flatMap(([key, inner]) => encryptedKeys(inner, [...at, key]));
};

/** Where a stack's file has encrypted values of Watchpost's. @param file as above. */
export const encryptedPaths = (file: Record<string, unknown>, namespace = "watchpost"): Path[] =>
  encryptedKeys(file)
    .map((keys) => keys.join("."))
    .filter((path) => path.startsWith(`${namespace}:`))
    .map((path) => path.slice(namespace.length + 1));

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
