import { mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cached } from "./cache.ts";

/** The files of a PULUMI_HOME: path in it, and the file that it stands for. */
export type HomeFiles = Readonly<Record<string, string>>;

/**
 * A PULUMI_HOME of our own, made of links to the engine and plugins that were found. Plugins in a PULUMI_HOME are
 * taken without the warning that the engine gives for each one that it finds on PATH.
 */
export function pulumiHome(version: string, files: HomeFiles): Promise<string> {
  const key = { name: "pulumi-home", version, recipe: files };
  return cached(key, "put the engine and its plugins together", async (folder) => {
    for (const [path, target] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await symlink(target, join(folder, path));
    }
    await mkdir(join(folder, "plugins"), { recursive: true });
  });
}
