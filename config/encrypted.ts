/** Where a value of the config is: `["hosts", "web", "privateKey"]`. */
export type Path = readonly string[];

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const pathsIn = (value: unknown, at: Path): Path[] => {
  if (!isObject(value)) return [];
  if ("secure" in value) return [at];
  return Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...at, key]));
};

/**
 * Where a stack's file has encrypted values, whatever their keys are called.
 * @param file The config as the file has it: see `readStackFile`.
 */
export const encryptedPaths = (file: Record<string, unknown>, namespace = "watchpost"): Path[] =>
  Object.entries(file)
    .filter(([key]) => key.startsWith(`${namespace}:`))
    .flatMap(([key, value]) => pathsIn(value, [key.slice(namespace.length + 1)]));
