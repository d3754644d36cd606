import { randomInt } from "node:crypto";
import type { Properties } from "../wire.ts";

const CLASSES = [
  { allowed: "lower", least: "minLower", characters: "abcdefghijklmnopqrstuvwxyz" },
  { allowed: "upper", least: "minUpper", characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
  { allowed: "numeric", least: "minNumeric", characters: "0123456789" },
  { allowed: "special", least: "minSpecial", characters: "!@#$%&*()-_=+[]{}<>:?" },
] as const;

const pick = (characters: string) => characters.charAt(randomInt(characters.length));

function shuffle(characters: string[]): string[] {
  for (let last = characters.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] as string, characters[last] as string];
  }
  return characters;
}

/**
 * A random text as RandomPassword and RandomString make it: of `length` characters out of the allowed classes, with
 * at least as many of each as asked for. Every class is allowed unless it is set to false.
 */
export function randomText(inputs: Properties): string {
  const classes = CLASSES.map(({ allowed, least, characters }) => ({
    isAllowed: inputs[allowed] !== false,
    least: Number(inputs[least] ?? 0),
    characters: allowed === "special" && inputs.overrideSpecial ? String(inputs.overrideSpecial) : characters,
  }));
  const length = Number(inputs.length);
  const chosen = classes.flatMap(({ least, characters }) => Array.from({ length: least }, () => pick(characters)));
  const all = classes.map(({ isAllowed, characters }) => (isAllowed ? characters : "")).join("");
  if (!(length >= 1) || chosen.length > length)
    throw new Error(`length ${inputs.length} is too small for what it must hold`);
  if (all === "")
    throw new Error("every class of characters is turned off: allow one of lower, upper, numeric, special");
  while (chosen.length < length) chosen.push(pick(all));
  return shuffle(chosen).join("");
}
