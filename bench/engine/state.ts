import { stat } from "node:fs/promises";
import type { Stage } from "../stage.ts";

/** A resource as the state has it. */
export interface StateResource {
  urn: string;
  type: string;
  outputs?: Record<string, unknown>;
}

/** What the state holds, the encrypted values as they are. */
export const stateOf = async ({ stack }: Stage): Promise<StateResource[]> =>
  (await stack.stack.exportStack()).deployment.resources;

/** The size of the state's file in bytes. */
export const stateBytes = async ({ stateFile }: Stage): Promise<number> => (await stat(stateFile)).size;

const ours = "pulumi-nodejs:dynamic/watchpost:";

/** The resources that live on the host: each of our dynamic providers'. */
export const onHost = (resources: StateResource[]): StateResource[] =>
  resources.filter(({ type }) => type.startsWith(ours));

/** The outputs of our resources of one kind. */
export const outputsOf = <Outputs>(resources: StateResource[], kind: string): Outputs[] =>
  resources.filter(({ type }) => type === ours + kind).map(({ outputs }) => outputs as Outputs);

/** Options that leave the canary out of a command: it waits until the stack works, which is not what is timed. */
export const withoutCanary = (resources: StateResource[]): string[] =>
  resources.filter(({ type }) => type.startsWith("command:")).flatMap(({ urn }) => ["--exclude", urn]);
