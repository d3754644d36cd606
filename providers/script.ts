import { readdirSync, readFileSync } from "node:fs";

/** A shell variable's value: text, a number, a flag (`1` or empty) or an array of texts. */
export type Value = string | number | boolean | undefined | string[];

/** Quotes a text for bash. @throws RangeError on a NUL byte, which no shell variable can hold. */
export const quote = (text: string): string => {
  if (text.includes("\0")) throw new RangeError("a text with a NUL byte cannot be put on the host");
  return `'${text.replaceAll("'", `'\\''`)}'`;
};

/** A word for a command line, quoted only where necessary. */
export const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : quote(text));

const assign = (value: Value): string => {
  if (Array.isArray(value)) return `(${value.map(quote).join(" ")})`;
  if (typeof value === "boolean") return value ? "1" : "''";
  return quote(String(value ?? ""));
};

/** Bash that sets variables, one a line. @throws RangeError on a NUL byte */
export const assignments = (variables: Record<string, Value>): string =>
  Object.entries(variables)
    .map(([key, value]) => `${key}=${assign(value)}`)
    .join("\n");

const folder = new URL("./scripts/", import.meta.url);
const files = new Map(readdirSync(folder).map((file) => [file, readFileSync(new URL(file, folder), "utf8")]));

/** Bash with its variables set before it, and the functions that all scripts share. */
export const compose = (variables: Record<string, Value>, ...texts: (string | undefined)[]): string =>
  [files.get("lib.sh"), assignments(variables), ...texts.filter((text) => text !== undefined)].join("\n");

/** What all scripts share, what those share that change the host, and what else a kind's share; read before the variables. */
export const shared = {
  every: ["lib.sh", "ledger.sh"],
  changing: ["lock.sh", "replace.sh"],
  kinds: { file: ["file-owner.sh"], user: ["subordinate-ids.sh"], preflight: ["subordinate-ids.sh"] } as Record<
    string,
    string[]
  >,
};

/** How a job begins that changes the host; one that puts something there makes the host its stack's. */
const starts = (name: string): string | undefined => {
  if (name === "preflight-sync") return undefined;
  return name.endsWith("-sync") ? "start_job claim" : name.endsWith("-delete") ? "start_job ''" : undefined;
};

/**
 * The bash of `scripts/NAME.sh`: its variables are set before it, and the functions that observe its kind are at hand
 * (`unit-sync` finds `unit-observe`'s). One that changes the host begins with the host's lock: run it as `Owner` only.
 */
export const script = (name: string, variables: Record<string, Value>): string => {
  const [start, [kind = ""]] = [starts(name), name.split("-")];
  const libraries = [...shared.every, ...(start === undefined ? [] : shared.changing), ...(shared.kinds[kind] ?? [])];
  return [
    ...libraries.map((file) => files.get(file)),
    assignments(variables),
    start,
    files.get(`${kind}-observe.sh`),
    files.get(`${name}.sh`),
  ]
    .filter((text) => text !== undefined)
    .join("\n");
};

/** The bash by which a run that holds a host's lock shows that it is still there. */
export const renewal = (): string =>
  [
    ...[...shared.every, ...shared.changing].map((file) => files.get(file)),
    "[[ ! -e $holder ]] || locked renew_lock",
  ].join("\n");

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
