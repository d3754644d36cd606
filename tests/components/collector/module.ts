import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findCached } from "../../../toolchain/cache.ts";
import { run } from "../../../toolchain/command.ts";
import { buildKey } from "../../../toolchain/go-build.ts";
import { recipes } from "../../../toolchain/recipes.ts";

const built = await findCached(buildKey(recipes.alloy));

// what is declared is looked at where it is used
const use = `
log_users "all" { forward_to = [] }
`;

export const validateModule = {
  /** Why Alloy cannot be asked here. */
  skip: built === undefined && `alloy ${recipes.alloy.version} is not in the toolchain's cache: npm run demo builds it`,
  /** Rejects with Alloy's words if it would not take the module of names. */
  run: async (folder: string, module: string): Promise<void> => {
    const path = join(folder, "names.alloy");
    await writeFile(path, `${module}${use}`);
    await run(join(built ?? "", "alloy"), ["validate", path]);
  },
};
