import { createHash } from "node:crypto";
import { type Placeholder, spoken } from "../config/placeholders.ts";
import { fromText } from "../config/stack-file.ts";
import { type Declared, keyOf } from "./declared.ts";
import type { Substitute } from "./forms.ts";
import { type Leaf, leavesOf, type State, type StateResource, type Values, valueAt } from "./state.ts";

/** A secret of the stack, what stands in its place, and where it is from, in words for people. */
export interface Secret extends Substitute {
  from: string;
}

/** What stands in the place of a secret that no config has: a text that comes of where it stands, and of nothing else. */
export const withheld = (urn: string, path: readonly string[]): string =>
  `withheld-${createHash("sha256")
    .update([urn, ...path].join("\n"))
    .digest("hex")
    .slice(0, 24)}`;

/** The stack itself has no inputs: what the program says of it are its outputs. */
export const saidOf = (resource: StateResource, { inputs, outputs }: Declared): Values | undefined =>
  resource.type === "pulumi:pulumi:Stack" ? outputs : inputs.get(keyOf(resource));

/** The values that the stack's file has encrypted. @param config All of it, decrypted, as the engine gives it. */
export const configSecrets = (config: Record<string, string>, placeholders: readonly Placeholder[]): Secret[] =>
  placeholders.flatMap(({ at: [key = "", ...path], text }) => {
    const whole = config[key] ?? "";
    const value = path.length === 0 ? whole : valueAt(fromText(whole), path);
    return typeof value === "string" ? [{ value, text, from: spoken([key, ...path]) }] : [];
  });

/**
 * What else the state has as a secret: what the engine's plugins made, such as passwords at random, and what an earlier
 * config had. Those that the program says openly elsewhere, such as a word that it is full of, are left out.
 * @param real What the program says with the real config.
 */
export const stateSecrets = ({ deployment }: State, real: Declared): Secret[] => {
  const said = [real.outputs, ...real.inputs.values()].flatMap(leavesOf);
  const open = new Set(said.filter(({ secret }) => !secret).map(({ value }) => value));
  const found = new Map<string, Secret>();
  for (const resource of deployment.resources ?? []) {
    const declared = saidOf(resource, real);
    const keep = ({ value, path, secret }: Leaf) => {
      if (!secret || typeof value !== "string" || value === "" || open.has(value) || found.has(value)) return;
      if (valueAt(declared, path) === value) return;
      const from = [keyOf(resource), ...path].join(" ");
      found.set(value, { value, text: withheld(resource.urn, path), from });
    };
    leavesOf(resource.outputs ?? {}).forEach(keep);
    leavesOf(resource.inputs ?? {}).forEach(keep);
  }
  return [...found.values()];
};
