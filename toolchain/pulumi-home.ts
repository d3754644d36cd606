import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cached, linkOrCopy } from "./cache.ts";

/** What a PULUMI_HOME of our own holds: path in it, and the file that it stands for. */
export interface HomeFiles {
  /** As files of their own: the engine looks for what belongs to it beside its own, real file. */
  copies: Readonly<Record<string, string>>;
  links: Readonly<Record<string, string>>;
  /** Programs by their text. */
  scripts: Readonly<Record<string, string>>;
}

/**
 * A PULUMI_HOME of our own, with the engine and the plugins that were found. Plugins that lie there are taken without
 * the warning that the engine gives for each one that it finds on PATH.
 */
export function pulumiHome(version: string, files: HomeFiles): Promise<string> {
  const key = { name: "pulumi-home", version, recipe: files };
  return cached(key, "put the engine and its plugins together", async (folder) => {
    await mkdir(join(folder, "plugins"));
    const place = async (
      entries: Readonly<Record<string, string>>,
      how: (content: string, to: string) => Promise<void>,
    ) => {
      for (const [path, content] of Object.entries(entries)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await how(content, join(folder, path));
      }
    };
    await place(files.copies, linkOrCopy);
    await place(files.links, symlink);
    await place(files.scripts, (text, to) => writeFile(to, text, { mode: 0o755 }));
  });
}
