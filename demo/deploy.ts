import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readConfig } from "../config/read.ts";
import { type Engine, ensureEngine } from "../toolchain/engine.ts";
import { ensureImages, type Image } from "../toolchain/images.ts";
import { step } from "../toolchain/progress.ts";
import { containers, type DemoOptions, demoFolder } from "./options.ts";
import { type DemoStack, openStack } from "./stack.ts";
import { ownHostMark, type Target, targetOf } from "./target.ts";

/** What the demo has, before it deploys. */
export interface Prepared {
  target: Target;
  engine: Engine;
  images: Image[];
  stack: DemoStack;
  /** As the program will read it. */
  config: ReturnType<typeof readConfig>;
}

const hostsOf = ({ name, address, port, user, hostKey }: Target) => ({
  [name]: { address, port, user, hostKey, role: "server" },
});

/** Images at the versions that the config's defaults name. */
const imagesOf = (options: DemoOptions, target: Target) => {
  const defaults = readConfig({ "watchpost:hosts": JSON.stringify(hostsOf(target)) });
  return ensureImages(
    containers.map((name) => ({ name, reference: defaults[name].image })),
    options.images,
  );
};

/** Config of the demo's stack: what any stack has, with archives in place of a registry. */
const configOf = (target: Target, images: Image[]): Record<string, unknown> => ({
  hosts: hostsOf(target),
  ...Object.fromEntries(
    images.map((image) => [image.name, "archive" in image ? { archive: image.archive } : { enabled: false }]),
  ),
  // a smaller journal: the throwaway host is no archive
  journal: { maxSize: "1G" },
  deleteData: true,
});

/** Has everything that the deployment needs: a host, the engine, the images, a stack. */
export const prepare = async (options: DemoOptions, log: (text: string) => void): Promise<Prepared> => {
  const target = await targetOf(options);
  const engine = await ensureEngine({ standIns: true });
  const images = await imagesOf(options, target);
  const folder = demoFolder(options.name);
  // a state that speaks of a host that is gone would keep the new one empty
  if (target.fresh) await rm(folder, { recursive: true, force: true });
  const values = configOf(target, images);
  const secrets = target.privateKey ? { [`hosts.${target.name}.privateKey`]: target.privateKey } : {};
  if (options.host) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, ownHostMark), `${target.user}@${target.address}\n`);
  }
  const stack = await openStack({ name: options.name, folder, engine, config: values, secrets }, log);
  const raw = Object.entries(values).map(([key, value]) => [`watchpost:${key}`, JSON.stringify(value)]);
  return { target, engine, images, stack, config: readConfig(Object.fromEntries(raw)) };
};

/** Deploys, then asks the engine whether anything is left to do. */
export const deploy = async ({ stack, target }: Prepared) => {
  const { changes, seconds, outputs } = await step(`deploy the stack to ${target.address}`, () => stack.up());
  const again = await step("look whether a second deployment would change anything", () => stack.preview());
  const count = (counts: Record<string, number>) => Object.values(counts).reduce((sum, one) => sum + one, 0);
  const { same = 0, ...others } = again.changes as Record<string, number>;
  return { resources: same + count(others), noopChanges: count(others), seconds, outputs, changes };
};
