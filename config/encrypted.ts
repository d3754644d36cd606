/** Where a value of the config is, `hosts.web.privateKey`; an element of a list by its index. */
export type Path = string;

/** Whether there are keys below a value: an object or a list. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

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

/** A copy with a text in the place of some values. @param textAt The text by the keys that lead there; undefined leaves what is there. */
export const replaced = (
  value: unknown,
  textAt: (at: readonly string[]) => string | undefined,
  at: readonly string[] = [],
): unknown => {
  const text = textAt(at);
  if (text !== undefined) return text;
  if (Array.isArray(value)) return value.map((inner, index) => replaced(inner, textAt, [...at, String(index)]));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaced(inner, textAt, [...at, key])]));
};

/** The config with a word in the place of each encrypted value. */
export const concealed = (config: unknown, encrypted: readonly Path[]): unknown =>
  replaced(config, (at) => (encrypted.includes(at.join(".")) ? secretWord : undefined));
