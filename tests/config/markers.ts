import { readConfig } from "../../config/read.ts";
import { hostKey, raw } from "./sample.ts";

type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null;

/** The paths of all texts of a config. */
export const textPaths = (value: unknown, at = ""): string[] => {
  if (typeof value === "string") return [at];
  if (!isTree(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => textPaths(inner, at === "" ? key : `${at}.${key}`));
};

/** The value at a path. */
export const valueAt = (value: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((inner, key) => (isTree(inner) ? inner[key] : undefined), value);

/** A copy with another text at a path. */
export const withText = <T>(value: T, path: string, text: string): T => {
  const copy = structuredClone(value);
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  (valueAt(copy, keys.join(".")) as Tree)[last] = text;
  return copy;
};

// where in a text a marker may stand: at its end, in a URL's host, at its beginning
const forms = (text: string, marker: string) => [
  text.replace("//", `//${marker}.`),
  `${text}${marker}`,
  `${marker}.${text}`,
  `${hostKey} ${marker}`,
];

/** A config whose text at a path has a marker in it; undefined where no text of that form is taken. */
export const marked = (config: Tree, path: string, marker: string): Tree | undefined =>
  forms(String(valueAt(config, path)), marker)
    .filter((text) => text.includes(marker))
    .map((text) => withText(config, path, text))
    .find((changed) => {
      try {
        return Boolean(readConfig(raw(changed)));
      } catch {
        return false;
      }
    });
