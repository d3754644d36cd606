import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { readConfig } from "../config/read.ts";
import { demoFolder, parseOptions } from "../demo/options.ts";
import { openStack, stackConfig } from "../demo/stack.ts";
import { ensureEngine } from "../toolchain/engine.ts";

/** The config of one of the user's stacks, or else of a demo's, by default this clone's. */
export const configOf = async (name: string | undefined, stack: string | undefined): Promise<Config> => {
  if (stack) return readConfig(await stackConfig(stack));
  const demo = parseOptions(name ? ["--name", name] : []).name;
  const folder = demoFolder(demo);
  if (!existsSync(join(folder, "state"))) throw new Error(`there is no demo ${demo}: expected 'npm run demo' before`);
  const opened = await openStack({ name: demo, folder, engine: await ensureEngine({ standIns: true }) });
  return readConfig(
    Object.fromEntries(Object.entries(await opened.stack.getAllConfig()).map(([k, { value }]) => [k, value])),
  );
};
