import { existsSync } from "node:fs";
import { rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stackFile } from "../config/stack-file.ts";
import { findHost, removeHost } from "../throwaway/host.ts";
import { ensureEngine } from "../toolchain/engine.ts";
import { note, step } from "../toolchain/progress.ts";
import { type DemoOptions, demoFolder } from "./options.ts";
import { openStack } from "./stack.ts";
import { ownHostMark } from "./target.ts";

/** Takes the demo away with every trace but the cache. On a host of the user's, the stack is destroyed first. */
export const takeDown = async ({ name }: DemoOptions): Promise<void> => {
  const folder = demoFolder(name);
  const isThrowaway = (await findHost(name)) !== undefined;
  if (!isThrowaway && existsSync(join(folder, ownHostMark))) {
    const stack = await openStack({ name, folder, engine: await ensureEngine({ standIns: true }) });
    await step("destroy the stack on the host", () => stack.destroy());
  }
  await removeHost(name);
  await rm(stackFile(name), { force: true });
  await rm(folder, { recursive: true, force: true });
  await rm(`${folder}.log`, { force: true });
  note(`The demo ${name} is gone.`);
};

/** Takes the folders away that held demos, if none is left; the demo's lock has to be free by then. */
export const sweepFolders = async ({ name }: DemoOptions): Promise<void> => {
  const demos = dirname(demoFolder(name));
  for (const folder of [demos, dirname(demos)]) await rmdir(folder).catch(() => {}); // only when empty
};
