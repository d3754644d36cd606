import type { Stage } from "../stage.ts";
import { pulumi } from "./command.ts";
import { configOf } from "./config.ts";
import { stateOf, withoutCanary } from "./state.ts";

/** Deploys with services in the inventory, does a work, and takes them out again; the canary waits for none of them. */
export const withServices = async <Result>(
  stage: Stage,
  services: Record<string, object>,
  work: () => Promise<Result>,
): Promise<Result> => {
  const before = await configOf(stage);
  const less = withoutCanary(await stateOf(stage));
  try {
    await stage.stack.setConfig({ ...before, services });
    await pulumi(stage, "up", less);
    return await work();
  } finally {
    await stage.stack.setConfig(before);
    await pulumi(stage, "up", less);
  }
};
