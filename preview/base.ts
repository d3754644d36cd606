import { isDeepStrictEqual } from "node:util";
import { type Declared, keyOf } from "./declared.ts";
import { replacer } from "./forms.ts";
import { type Secret, saidOf, withheld } from "./secrets.ts";
import { type Leaf, leavesOf, mapLeaves, type State, type StateResource, type Values, valueAt } from "./state.ts";

/** How a resource is known, apart from its values: of names only, which nobody encrypts. */
const naming = new Set([
  "urn",
  "type",
  "parent",
  "provider",
  "dependencies",
  "propertyDependencies",
  "deletedWith",
  "replaceWith",
  "aliases",
]);

// a sum over what has a secret in it would let one try which secret it was
const isSum = (text: string) => /^[0-9a-f]{32,128}$/.test(text);

/** What the program says of a resource: with the real config, and with placeholders. */
interface Said {
  real: Values | undefined;
  open: Values | undefined;
}

export interface Blanking {
  /** What the program says with the real config. */
  real: Declared;
  /** All secrets that are known. */
  secrets: readonly Secret[];
}

/** Takes the secrets out of a resource of the state, and out of what stands there because of them. */
export const blanker = ({ real, secrets }: Blanking) => {
  const replaced = replacer(secrets);
  // of two for one value the first counts, as it does in other text
  const known = new Map(secrets.toReversed().map(({ value, text }) => [value, text]));

  /** Of a leaf the program says the same as the state: then what it says with placeholders tells nothing. */
  const blankLeaf = ({ value, path, secret }: Leaf, { real, open }: Said, urn: string, ofSecrets: boolean): unknown => {
    if (real !== undefined && valueAt(real, path) === value) {
      const placeheld = valueAt(open, path);
      if (placeheld !== undefined) return placeheld;
    }
    if (typeof value === "number" && secret) return 0;
    if (typeof value !== "string" || value === "") return value;
    if (secret || (ofSecrets && path[0] !== "id" && isSum(value))) return known.get(value) ?? withheld(urn, path);
    return replaced(value);
  };

  const blankValues = (resource: StateResource, values: Values | undefined, said: Said): Values => {
    const without = (inputs: Values = {}) => ({ ...inputs, __provider: undefined });
    const ofSecrets = !isDeepStrictEqual(without(said.real), without(said.open));
    return mapLeaves(values ?? {}, (leaf) => blankLeaf(leaf, said, resource.urn, ofSecrets)) as Values;
  };

  return {
    /** A resource's outputs. @param open What the program says of it with placeholders. */
    outputs: (resource: StateResource, open: Values | undefined): Values =>
      blankValues(resource, resource.outputs, { real: saidOf(resource, real), open }),

    /** The state, given what the program says with placeholders. What decrypts it, and what an `up` was at, is left out. */
    state: (state: State, open: Declared): State => {
      const { secrets_providers, pending_operations, ...deployment } = state.deployment;
      const resources = (state.deployment.resources ?? []).map((resource): StateResource => {
        const said = { real: saidOf(resource, real), open: saidOf(resource, open) };
        const others = Object.entries(resource).map(([field, value]) => {
          if (naming.has(field) || field === "inputs" || field === "outputs") return [field, value];
          return [
            field,
            mapLeaves(value, (leaf) => blankLeaf({ ...leaf, secret: false }, noWord, resource.urn, false)),
          ];
        });
        return {
          ...(Object.fromEntries(others) as StateResource),
          ...(resource.inputs ? { inputs: blankValues(resource, resource.inputs, said) } : {}),
          ...(resource.outputs ? { outputs: blankValues(resource, resource.outputs, said) } : {}),
        };
      });
      return { version: state.version, deployment: { ...deployment, resources } };
    },
  };
};

const noWord: Said = { real: undefined, open: undefined };

/** The resources of a state by the key under which the program declares them; one that waits for its deletion gives way. */
export const byKey = ({ deployment }: State): Map<string, StateResource> => {
  const resources = deployment.resources ?? [];
  const sorted = [...resources.filter((one) => one.delete), ...resources.filter((one) => !one.delete)];
  return new Map(sorted.map((resource) => [keyOf(resource), resource]));
};

/** Where in a state something is found, values and names of fields. */
export const leftIn = (state: State, isIn: (text: string) => boolean): string[] =>
  leavesOf(state).flatMap(({ value, path }) => {
    const texts = [String(value), path.at(-1) ?? ""];
    return texts.some(isIn) ? [path.join(".")] : [];
  });
