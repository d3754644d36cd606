/** How the engine writes special values into plain data: a marked object whose kind is told by this key. */
const KIND = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Inputs and outputs of a resource. */
export type Properties = Record<string, unknown>;

const isObject = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value as plain data: without the marks of secrets and outputs. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  if (value[KIND] === SECRET || value[KIND] === OUTPUT) return "value" in value ? plain(value.value) : UNKNOWN;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** Marks a value as secret. */
export const secret = (value: unknown): unknown => ({ [KIND]: SECRET, value });

/** Whether a secret lies anywhere in the value. */
export function holdsSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsSecret);
  if (!isObject(value)) return false;
  return (
    value[KIND] === SECRET ||
    (value[KIND] === OUTPUT && value.secret === true) ||
    Object.values(value).some(holdsSecret)
  );
}

/** The keys whose values differ once marks are taken away. */
export function changedKeys(olds: Properties, news: Properties): string[] {
  const [before, after] = [plain(olds) as Properties, plain(news) as Properties];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => canonical(before[key]) !== canonical(after[key]));
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner) => (isObject(inner) ? Object.fromEntries(Object.entries(inner).sort()) : inner)) ??
  "";
