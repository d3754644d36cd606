import * as pulumi from "@pulumi/pulumi";
import type { StateResource, Values } from "./state.ts";

/** What the program says is to be, without an engine: inputs by resource, and the stack's outputs. */
export interface Declared {
  inputs: Map<string, Values>;
  outputs: Values;
}

/** Type and name, which tell the resources of this program apart. */
const key = (type: string, name: string): string => `${type}::${name}`;

/** The key of a resource of the state. */
export const keyOf = ({ urn, type }: StateResource): string => key(type, urn.split("::").slice(3).join("::"));

export interface DeclareOptions {
  project: string;
  stack: string;
  /** All of the config, by key, as the engine gives it. */
  config: Record<string, string>;
  /** What the state has of a resource, given what the program says of it. */
  known: (key: string, inputs: Values) => { id: string; outputs: Values };
}

/**
 * Runs the project's program as a preview would, but for the engine: nothing is asked and nothing is written.
 * @throws ConfigError, and whatever else the program throws.
 */
export const declare = async ({ project, stack, config, known }: DeclareOptions): Promise<Declared> => {
  const inputsOf = new Map<string, Values>();
  const newResource: pulumi.runtime.Mocks["newResource"] = ({ type, name, inputs }) => {
    inputsOf.set(key(type, name), inputs);
    const { id, outputs } = known(key(type, name), inputs);
    return { id, state: { ...inputs, ...outputs } };
  };
  await pulumi.runtime.setMocks({ newResource, call: ({ inputs }) => inputs }, project, stack);
  pulumi.runtime.setAllConfig(config);
  const { default: program } = await import("../index.ts");
  const outputs = await pulumi.runtime.serializeProperties("outputs", { ...(await program()) });
  // resources that nothing waits for are declared by then too
  await pulumi.runtime.disconnect();
  return { inputs: inputsOf, outputs };
};
