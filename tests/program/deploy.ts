import * as pulumi from "@pulumi/pulumi";
import type { Outputs } from "../../components/outputs.ts";
import { hosts, raw } from "../config/sample.ts";

/** A resource as the program declares it. */
export interface Declared {
  type: string;
  name: string;
  /** Those marked secret are `secret` below. */
  inputs: Record<string, unknown>;
  /** The resource's provider; empty for the default one. */
  provider: string;
}

export interface Deployed {
  resources: Declared[];
  outputs: pulumi.Unwrap<Outputs>;
  /** Outputs that the engine keeps encrypted. */
  secretOutputs: string[];
}

// how a secret travels to the engine: pulumi/sdk/nodejs/runtime/rpc.ts
const signature = "4dabf18193072939515e22adb298388d";
const isSecret = (value: unknown): value is { value: unknown } =>
  typeof value === "object" && value !== null && signature in value && "value" in value;

/** The value without whatever in it is marked secret. */
export const plainly = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (isSecret(inner) ? "[secret]" : inner));

/** The texts that are marked secret. */
export const secretsIn = (value: unknown): string => {
  const found: unknown[] = [];
  JSON.stringify(value, (_, inner: unknown) => (isSecret(inner) ? found.push(inner.value) : inner));
  return JSON.stringify(found);
};

// what the host would tell of its objects
const facts = { imageId: "0123abcd", heldDigest: "sha256:4567", uid: 990, gid: 990, version: "v1", revision: "r1" };
const made = { result: "made-at-random" };

/**
 * Runs the project's program without an engine; what it declares gets into `resources`, also where it fails.
 * @param secretKeys Sections with something encrypted in them, as the engine names them.
 */
export const deploy = async (
  values: Record<string, unknown> = {},
  resources: Declared[] = [],
  secretKeys: string[] = [],
): Promise<Deployed> => {
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ type, name, inputs, provider = "" }) => {
      resources.push({ type, name, inputs, provider });
      return { id: `${name}-id`, state: { ...inputs, ...facts, ...made } };
    },
    call: ({ inputs }) => inputs,
  };
  await pulumi.runtime.setMocks(mocks, "watchpost", "test");
  pulumi.runtime.setAllConfig(raw({ hosts, ...values }), secretKeys);
  const { default: watchpost } = await import("../../index.ts");
  const declared = await watchpost();
  const outputs = await new Promise<pulumi.Unwrap<Outputs>>((resolve) => {
    pulumi.output(declared).apply(resolve);
  });
  const secretOutputs: string[] = [];
  for (const [key, value] of Object.entries(declared))
    if (await pulumi.isSecret(pulumi.output(value))) secretOutputs.push(key);
  // resources that nothing waits for are declared by then too
  await pulumi.runtime.disconnect();
  return { resources, outputs, secretOutputs };
};
