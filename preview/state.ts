import { isObject } from "../config/encrypted.ts";

/** How the engine marks what is special in a state, and which of it is a secret. Source: pulumi/sdk/go/common/resource/sig.go */
const signature = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";

export type Values = Record<string, unknown>;

/** A resource as a state has it. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Values;
  outputs?: Values;
  [field: string]: unknown;
}

/** A state as `pulumi stack export` gives it, and `pulumi stack import` takes it. */
export interface State {
  version: number;
  deployment: { resources?: StateResource[]; [field: string]: unknown };
}

/** A text, number or other value that has nothing below it. */
export interface Leaf {
  value: unknown;
  /** The way to it from the inputs or outputs. */
  path: readonly string[];
  /** Whether it, or what it is in, is marked secret. */
  secret: boolean;
}

const isSecret = (value: unknown): value is Values => isObject(value) && value[signature] === secretMark;

/** A value in the form in which it is a secret to the engine's SDK. */
export const markedSecret = (value: unknown): Values => ({ [signature]: secretMark, value });

/** What a mark has below it: as JSON in a state, as it is in what a program declares. */
const marked = (mark: Values): unknown => {
  if (typeof mark.plaintext === "string") return JSON.parse(mark.plaintext);
  if ("value" in mark) return mark.value;
  throw new Error("a secret of the state is encrypted: expected an export with --show-secrets");
};

/** The value with each leaf replaced; what is marked secret stays marked. */
export const mapLeaves = (
  value: unknown,
  replace: (leaf: Leaf) => unknown,
  path: readonly string[] = [],
  secret = false,
): unknown => {
  if (isSecret(value)) {
    const inner = mapLeaves(marked(value), replace, path, true);
    return { [signature]: secretMark, plaintext: JSON.stringify(inner) };
  }
  if (Array.isArray(value))
    return value.map((inner, index) => mapLeaves(inner, replace, [...path, String(index)], secret));
  if (!isObject(value)) return replace({ value, path, secret });
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, inner]) => [key, mapLeaves(inner, replace, [...path, key], secret)]));
};

/** All leaves of a value. */
export const leavesOf = (value: unknown): Leaf[] => {
  const leaves: Leaf[] = [];
  mapLeaves(value, (leaf) => leaves.push(leaf));
  return leaves;
};

/** What of a value is below a path, marks passed over; undefined where it ends before. */
export const valueAt = (value: unknown, path: readonly string[]): unknown => {
  const plain = isSecret(value) ? marked(value) : value;
  const [key, ...rest] = path;
  if (key === undefined) return plain;
  return isObject(plain) ? valueAt(plain[key], rest) : undefined;
};

/** The value as a program's run takes it from the engine: secrets marked in its way. */
export const asReceived = (value: unknown): unknown => {
  if (isSecret(value)) return markedSecret(asReceived(marked(value)));
  if (Array.isArray(value)) return value.map(asReceived);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asReceived(inner)]));
};
