import { readdirSync, readFileSync } from "node:fs";

/** A shell variable's value: text, a number, a flag (`1` or empty) or an array of texts. */
export type Value = string | number | boolean | undefined | string[];

/** Quotes a text for bash. @throws RangeError on a NUL byte, which no shell variable can hold. */
export const quote = (text: string): string => {
  if (text.includes("\0")) throw new RangeError("a text with a NUL byte cannot be put on the host");
  return `'${text.replaceAll("'", `'\\''`)}'`;
};

/** A word of a command line for people or bash: quoted where it has to be. */
export const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : quote(text));

const assign = (value: Value): string => {
  if (Array.isArray(value)) return `(${value.map(quote).join(" ")})`;
  if (typeof value === "boolean") return value ? "1" : "''";
  return quote(String(value ?? ""));
};

const folder = new URL("./scripts/", import.meta.url);
const files = new Map(readdirSync(folder).map((file) => [file, readFileSync(new URL(file, folder), "utf8")]));

/** Bash with its variables set before it, and the functions that all scripts share. */
export const compose = (variables: Record<string, Value>, ...texts: (string | undefined)[]): string =>
  [
    files.get("lib.sh"),
    ...Object.entries(variables).map(([key, value]) => `${key}=${assign(value)}`),
    ...texts.filter((text) => text !== undefined),
  ].join("\n");

/** The bash of `scripts/NAME.sh`; the functions that observe its kind are at hand (`unit-sync` finds `unit-observe`'s). */
export const script = (name: string, variables: Record<string, Value>): string => {
  const [kind = ""] = name.split("-");
  const ids = kind === "user" || kind === "preflight" ? files.get("subordinate-ids.sh") : undefined;
  return compose(variables, ids, files.get(`${kind}-observe.sh`), files.get(`${name}.sh`));
};

/** Facts as a script prints them: a word and its values. What else was printed, such as by root's .bashrc, is not ours. */
export const parseFacts = (stdout: string): { word: string; values: string[] }[] =>
  stdout
    .split("\n")
    .filter((line) => line.startsWith("fact "))
    .map((line) => {
      const [, word = "", ...values] = line.split(" ");
      const decode = (value: string) => Buffer.from(value.slice(1), "base64").toString();
      return { word, values: values.map((value) => (value.startsWith("=") ? decode(value) : value)) };
    });
