import { baseTree } from "../../throwaway/base-tree.ts";
import { hostNeeds } from "../../throwaway/machine.ts";
import { engineNeeds, ensureEngine } from "../../toolchain/engine.ts";
import { buildNeeds } from "../../toolchain/go-build.ts";
import { reasonOf } from "../../toolchain/reason.ts";
import { recipes } from "../../toolchain/recipes.ts";
import { ensureSystemPackages } from "../../toolchain/system-packages.ts";
import { testImageNeeds, testImages } from "./images.ts";
import { envoyBinary, envoyNeeds } from "./neighbours/envoy.ts";
import { zreplBinary } from "./neighbours/zrepl.ts";
import { gatusArchive, gatusNeeds } from "./outside/gatus.ts";

/** Installs whatever any later step needs of this machine, at once and before the first build. */
const prepareMachine = async (): Promise<void> => {
  const built = await Promise.all([engineNeeds(), testImageNeeds(), gatusNeeds(), buildNeeds(recipes.zrepl)]);
  await ensureSystemPackages([...hostNeeds, ...envoyNeeds, ...built.flat()]);
};

/** All that the tests on a host need, by name; each is made once and then found in the cache. */
const parts: Readonly<Record<string, () => Promise<unknown>>> = {
  "the throwaway host": baseTree,
  "the engine": () => ensureEngine({ standIns: true }),
  "the images": testImages,
  Envoy: envoyBinary,
  zrepl: zreplBinary,
  Gatus: gatusArchive,
};

/**
 * Gets all that the tests on a host need into the cache, before any test's clock runs: on a fresh machine it takes half
 * an hour, on a warm one no time. A part that fails does not keep the others from being made.
 * @returns what cannot be had and why, a line each.
 */
export const prepareToolchain = async (): Promise<string[]> => {
  await prepareMachine();
  const failures: string[] = [];
  for (const [name, get] of Object.entries(parts))
    await get().catch((error) => failures.push(`${name}: ${reasonOf(error)}`));
  return failures;
};
