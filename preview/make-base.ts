import { concealedTexts, type Placeholder } from "../config/placeholders.ts";
import { blanker, byKey, leftIn } from "./base.ts";
import { declare } from "./declared.ts";
import { finder } from "./forms.ts";
import { configSecrets, stateSecrets } from "./secrets.ts";
import { asReceived, type State, type Values } from "./state.ts";

export interface BaseOf {
  project: string;
  stack: string;
  /** The state with its secrets decrypted: see `pulumi stack export --show-secrets`. */
  state: State;
  /** The config as the engine gives it, decrypted. */
  real: Record<string, string>;
  placeholders: readonly Placeholder[];
}

/**
 * A copy of the state in which no secret is, for a preview with a config of placeholders. The program is run twice, with
 * the real config and with placeholders: wherever the state has what it says with the one, the copy has what it says with
 * the other, however that comes of a secret. All other secrets are withheld.
 * @throws Error where a secret would be left, and says whose and where; ConfigError as always.
 */
export const makeBase = async ({ project, stack, state, real, placeholders }: BaseOf): Promise<State> => {
  const resources = byKey(state);
  const open = concealedTexts(real, placeholders);
  const said = await declare({
    project,
    stack,
    config: real,
    known: (key) => {
      const { id = "", outputs = {} } = resources.get(key) ?? {};
      return { id, outputs: asReceived(outputs) as Values };
    },
  });
  const ofConfig = configSecrets(real, placeholders);
  const secrets = [...ofConfig, ...stateSecrets(state, said)];
  const blank = blanker({ real: said, secrets });
  const placeheld = await declare({
    project,
    stack,
    config: open,
    known: (key, inputs) => {
      const resource = resources.get(key);
      if (!resource) return { id: "", outputs: {} };
      return { id: resource.id ?? "", outputs: asReceived(blank.outputs(resource, inputs)) as Values };
    },
  });
  const base = blank.state(state, placeheld);
  const everybodys = JSON.stringify([open, [...resources.values()].map(({ urn }) => urn)]);
  for (const { value, from } of secrets) {
    const [place] = leftIn(base, finder(value, everybodys));
    if (place !== undefined)
      throw new Error(
        `the value of ${from} is left in the copy of the state, at ${place}: expected one that is no part of other texts`,
      );
  }
  return base;
};
