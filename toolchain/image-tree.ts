import { copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { rootCertificates } from "node:tls";
import { linkOrCopy } from "./cache.ts";
import { which } from "./command.ts";
import type { ImageRecipe } from "./image-recipes.ts";
import { librariesOf } from "./libraries.ts";

const FILES: Readonly<Record<string, string>> = {
  "etc/passwd":
    "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/home:/bin/false\nloki:x:10001:10001:loki:/home/loki:/bin/false\n",
  "etc/group": "root:x:0:\nnobody:x:65534:\nloki:x:10001:\n",
  "etc/nsswitch.conf": "hosts: files dns\n",
  "etc/ssl/certs/ca-certificates.crt": `${rootCertificates.join("\n")}\n`,
};

/** Where a file of this machine lies in the tree: under /usr, whatever way it was reached, or at the very top. */
const underUsr = (file: string) =>
  file.startsWith("/usr/") || dirname(file) === "/" ? file.slice(1) : join("usr", file);

/** Lays out the root file system of an image in a folder. Modes and owners are the packer's matter. */
export async function layOutTree(recipe: ImageRecipe, binaries: string, root: string): Promise<void> {
  const place = async (path: string, how: (to: string) => Promise<void>) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await how(join(root, path));
  };
  for (const folder of ["etc", "root", "tmp", "usr/bin", "usr/lib", "usr/lib64", "var/lib/alloy/data"])
    if (recipe.dynamic || !folder.startsWith("var")) await mkdir(join(root, folder), { recursive: true });
  for (const folder of ["bin", "lib", "lib64"]) await symlink(`usr/${folder}`, join(root, folder));
  for (const { folder } of recipe.data) await mkdir(join(root, folder), { recursive: true });
  for (const [path, text] of Object.entries(FILES)) await place(path, (to) => writeFile(to, text));
  for (const [path, name] of Object.entries(recipe.binaries))
    await place(underUsr(`/${path}`), (to) => linkOrCopy(join(binaries, name), to));
  if (!recipe.dynamic) return;
  const bash = await which("bash");
  if (!bash) throw new Error("the image holds a bash, and there is none on PATH to take");
  await place("usr/bin/bash", (to) => copyFile(bash, to));
  await symlink("bash", join(root, "usr/bin/sh"));
  const programs = Object.values(recipe.binaries).map((name) => join(binaries, name));
  for (const file of await librariesOf([...programs, bash])) await place(underUsr(file), (to) => copyFile(file, to));
}
