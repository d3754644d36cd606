import type * as z from "zod";
import { secretWord } from "./encrypted.ts";

/** One thing that is wrong: where, and what was expected and got. */
export interface Problem {
  path: string;
  message: string;
}

/** The config is wrong; the message lists everything at once. */
export class ConfigError extends Error {
  override name = "ConfigError";
  /** How the engine knows a mistake of the user's, of which it shows the message alone. Source: RunError of @pulumi/pulumi. */
  readonly __pulumiRunError = true;
  readonly problems: Problem[];
  constructor(problems: Problem[]) {
    super(
      `the config has ${problems.length === 1 ? "a mistake" : `${problems.length} mistakes`}:\n` +
        problems.map(({ path, message }) => `  ${path}: ${message}`).join("\n"),
    );
    this.problems = problems;
    // it tells nothing here, and Node 24's inspect is at work for 10 s on a frame of Pulumi's (.../@pulumi/resource.ts)
    this.stack = `${this.name}: ${this.message}`;
  }
}

const secretKeys = new Set<PropertyKey>(["privateKey", "adminPassword", "clientSecret", "password", "token", "apiKey"]);
// also inside of what is shown as a whole, and where a private key was put in the place of another value
const conceal = (key: string, value: unknown) => {
  if (secretKeys.has(key) || (typeof value === "string" && value.includes("PRIVATE KEY"))) return secretWord;
  // a login in a URL
  return typeof value === "string" ? value.replace(/\/\/[^/@]*@/, `//${secretWord}@`) : value;
};
const show = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value, conceal));
// what is below a section that is encrypted as a whole is a secret too
const at = (root: unknown, path: PropertyKey[]) =>
  path.reduce<unknown>(
    (value, key) => (value === secretWord ? value : (value as Record<PropertyKey, unknown> | undefined)?.[key]),
    root,
  );

/** A path as the config has it, without the index of a list's single element that was written without the list. */
const written = (root: unknown, path: PropertyKey[]) =>
  path.filter((key, index) => typeof key !== "number" || Array.isArray(at(root, path.slice(0, index))));

/**
 * What the schema found, in one line a mistake; a secret's value is never shown.
 * @param root The config, encrypted values concealed.
 */
export const explain = (issue: z.core.$ZodIssue, root: unknown): Problem[] => {
  const place = written(root, issue.path);
  const path = place.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    const parent = path === "" ? "" : `${path}.`;
    return issue.keys.map((key) => ({ path: parent + key, message: "is not a key that Watchpost knows" }));
  }
  const last = place.at(-1) ?? "";
  // a heartbeat's URL often holds its token
  const isSecret = secretKeys.has(last) || path === "alerting.heartbeat.url" || at(root, place) === secretWord;
  const got = isSecret ? "another" : show(at(root, place));
  const message = issue.code === "invalid_value" ? `expected ${issue.values.map(show).join(" or ")}` : issue.message;
  if (issue.code === "invalid_key") return [{ path, message: `${issue.issues[0]?.message}, got ${show(last)}` }];
  const wanted = message
    .replace(/^Invalid input: /, "")
    .replace(/, received .*/, "")
    .replace(/^expected (record|object)$/, "expected an object of keys and values");
  return [{ path, message: `${wanted}, got ${got}` }];
};
