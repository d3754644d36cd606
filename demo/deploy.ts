import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { schema } from "../config/config.ts";
import { readConfig } from "../config/read.ts";
import { hostNeeds, unable } from "../throwaway/machine.ts";
import { type Engine, engineNeeds } from "../toolchain/engine.ts";
import { type Image, imageNeeds, type WantedImage } from "../toolchain/images.ts";
import { step } from "../toolchain/progress.ts";
import { ensureSystemPackages } from "../toolchain/system-packages.ts";
import { containers, type DemoOptions, demoFolder, optional } from "./options.ts";
import { ensureParts } from "./parts.ts";
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

/** The images at the versions that the config names by default. */
const wantedImages = (): WantedImage[] => {
  const defaults = schema.parse({ hosts: {} });
  return containers.map((name) => ({ name, reference: defaults[name].image }));
};

/**
 * Installs whatever any later step needs of this machine, at once and before the first of them begins.
 * @throws Error that names all of it where it cannot be installed.
 */
const prepareMachine = async (options: DemoOptions, wanted: readonly WantedImage[]): Promise<void> => {
  const reason = options.host ? undefined : unable();
  if (reason) throw new Error(reason);
  await ensureSystemPackages([
    ...(options.host ? [] : hostNeeds),
    ...(await engineNeeds()),
    ...(await imageNeeds(wanted, options.images)),
  ]);
};

/** The config of an image: Grafana, which the stack can do without, is left out where it cannot be had. */
const imageConfig = (image: Image) => {
  if ("archive" in image) return { archive: image.archive };
  if (optional.some((name) => name === image.name)) return { enabled: false };
  throw new RangeError(`expected an image of ${image.name}`);
};

/** Config of the demo's stack: what any stack has, with archives in place of a registry. */
const configOf = (target: Target, images: Image[]): Record<string, unknown> => ({
  hosts: hostsOf(target),
  ...Object.fromEntries(images.map((image) => [image.name, imageConfig(image)])),
  // a smaller journal: the throwaway host is no archive
  journal: { maxSize: "1G" },
  deleteData: true,
});

/**
 * Has everything that the deployment needs: a host, the engine, the images, a stack.
 * @throws MissingParts where the stack does not work without what cannot be had.
 */
export const prepare = async (options: DemoOptions, log: (text: string) => void): Promise<Prepared> => {
  const wanted = wantedImages();
  await prepareMachine(options, wanted);
  // the host before the builds: a machine that cannot boot one shows it in the first minute
  const target = await targetOf(options);
  const { engine, images } = await ensureParts(options, wanted);
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
