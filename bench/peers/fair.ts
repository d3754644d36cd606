import { drift, driftLeft } from "../host/drift.ts";
import type { Stage } from "../stage.ts";
import type { Peer } from "./peers.ts";

/** A tool that leaves what was done by hand does less than ours: its time would say nothing. @throws Error */
export const mustRepair = async (stage: Stage, name: string, apply: () => Promise<unknown>): Promise<void> => {
  await drift(stage);
  await apply();
  const left = (await driftLeft(stage)).trim();
  if (left) throw new Error(`expected ${name} to put right what was done by hand, and it left:\n${left}`);
};

/** A run that finds nothing to do. @throws Error when it does something. */
export const mustChangeNothing = async ({ name, apply }: Peer): Promise<void> => {
  const changed = await apply();
  if (changed > 0) throw new Error(`expected ${name} to change nothing, and it changed ${changed} objects`);
};
