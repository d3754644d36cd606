import { cp, symlink } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { projectFolder } from "../../demo/stack.ts";

const isSource = (path: string) => {
  const [first = ""] = relative(projectFolder, path).split("/");
  // the stacks of this clone are not those of another
  return first !== "node_modules" && !first.startsWith(".git") && !/^Pulumi\..+\.yaml$/.test(basename(path));
};

/** Makes another clone of the project in a folder, as it is now; the dependencies are shared. */
export const cloneProject = async (folder: string): Promise<void> => {
  await cp(projectFolder, folder, { recursive: true, filter: isSource });
  await symlink(join(projectFolder, "node_modules"), join(folder, "node_modules"));
};
