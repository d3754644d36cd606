import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Clears the way for a file of a guest's tree and returns where it goes. */
async function makeRoom(root: string, path: string): Promise<string> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await rm(file, { force: true }); // what is there may be a link that leads out of the tree
  return file;
}

/** Puts a file into a guest's tree, in place of what was there; its mode does not depend on our umask. */
export async function putFile(root: string, path: string, text: string, mode = 0o644): Promise<void> {
  const file = await makeRoom(root, path);
  await writeFile(file, text);
  await chmod(file, mode);
}

/** Puts a symbolic link into a guest's tree, in place of what was there. */
export async function putLink(root: string, path: string, target: string): Promise<void> {
  await symlink(target, await makeRoom(root, path));
}
