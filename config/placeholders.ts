import { heartbeatPath } from "../components/uptime-watch/heartbeat.ts";
import { encryptedKeys, replaced } from "./encrypted.ts";
import { ConfigError, type Problem } from "./errors.ts";
import { readConfig } from "./read.ts";
import { asTexts, fromText } from "./stack-file.ts";

/** A value that the stack's file has encrypted, and what stands in its place. */
export interface Placeholder {
  /** The key as the file has it, `watchpost:hosts`, and the way below it. */
  at: readonly string[];
  text: string;
}

type Values = Record<string, unknown>;

/** The path as mistakes in the config have it: `hosts.web.privateKey`. */
export const spoken = (at: readonly string[]): string => at.join(".").replace(/^watchpost:/, "");

/** Texts of the forms that the config knows, the plain word first; none of a host, a mailbox or a key that there is. */
const candidates = (at: readonly string[]): string[] => {
  const word = `encrypted-${spoken(at).replace(/[^A-Za-z0-9]+/g, "-")}`;
  const url = `https://encrypted.invalid/${word}`;
  return [
    word,
    url,
    `${url}${heartbeatPath}`,
    `${word}@encrypted.invalid`,
    `${word}.invalid:65535`,
    "192.0.2.1",
    `ssh-ed25519 ${Buffer.from(word).toString("base64")}`,
    `/${word}`,
    "encrypted",
    `encrypted.invalid/${word.toLowerCase()}:1`,
    `sha256:${"0".repeat(64)}`,
    "1w",
    "1GB",
    "1G",
    "true",
  ];
};

const keyOf = (at: readonly string[]) => at.join("\n");

const problemsOf = (config: Values): Problem[] => {
  try {
    readConfig(asTexts(config));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

/**
 * The config with a placeholder for each encrypted value: the same text for the same path in each run, and of a form that
 * is taken there. What else is wrong with the config stays so.
 * @param file The config as the stack's file has it: see `readStackFile`.
 * @throws Error where nothing fits, which is where a whole object was encrypted.
 */
export const withPlaceholders = (file: Values): { config: Values; placeholders: Placeholder[] } => {
  const places = encryptedKeys(file);
  const texts = new Map(places.map((at) => [keyOf(at), candidates(at)[0] ?? ""]));
  const fill = () => replaced(file, (at) => texts.get(keyOf(at))) as Values;
  const isWrong = (at: readonly string[], problems = problemsOf(fill())) =>
    problems.some(({ path }) => path === spoken(at));
  // a second time for what is only said of a config whose every value has its form
  for (const _ of [1, 2]) {
    const problems = problemsOf(fill());
    for (const at of places.filter((place) => isWrong(place, problems))) {
      const fits = candidates(at).some((text) => {
        texts.set(keyOf(at), text);
        return !isWrong(at);
      });
      if (!fits)
        throw new Error(
          `${spoken(at)} is encrypted, and no placeholder fits there: encrypt the values inside it one by one`,
        );
    }
  }
  const config = fill();
  return { config, placeholders: places.map((at) => ({ at, text: texts.get(keyOf(at)) ?? "" })) };
};

/** The config as the engine gives it, placeholders in the place of what the file has encrypted; all else as it was. */
export const concealedTexts = (
  config: Record<string, string>,
  placeholders: readonly Placeholder[],
): Record<string, string> => {
  const texts = new Map(placeholders.map(({ at, text }) => [keyOf(at), text]));
  const hiding = new Set(placeholders.map(({ at: [key] }) => key));
  const values = Object.entries(config).map(([key, text]) => [
    key,
    hiding.has(key) ? replaced(fromText(text), (at) => texts.get(keyOf(at)), [key]) : text,
  ]);
  return asTexts(Object.fromEntries(values));
};
