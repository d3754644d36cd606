import { baseTree } from "../../throwaway/base-tree.ts";
import { prepareMachine } from "../../throwaway/machine.ts";
import { ensureEngine } from "../../toolchain/engine.ts";
import { testImages } from "./images.ts";
import { envoyBinary } from "./neighbours/envoy.ts";
import { zreplBinary } from "./neighbours/zrepl.ts";
import { gatusArchive } from "./outside/gatus.ts";

/**
 * Gets all that the tests on a host need into the cache, before any test's clock runs: on a fresh machine it takes half
 * an hour, on a warm one no time.
 */
export const prepareToolchain = async (): Promise<void> => {
  await prepareMachine();
  await baseTree();
  await ensureEngine({ standIns: true });
  await testImages();
  await envoyBinary();
  await zreplBinary();
  await gatusArchive();
};
