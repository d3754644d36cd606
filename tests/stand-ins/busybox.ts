import { chmod, mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { aptDownload } from "../../toolchain/apt.ts";
import { cached } from "../../toolchain/cache.ts";
import { run } from "../../toolchain/command.ts";
import { archiveFiles, packLayer } from "../../toolchain/image-archive.ts";
import { goArch } from "../../toolchain/platform.ts";

const PACKAGE = "busybox-static";

/** An image of Debian's busybox: what it is called, what lies in it, how it starts. */
export interface BusyboxImage {
  /** Names it in the cache. */
  name: string;
  reference: string;
  /** Texts by their path in the image; those that begin with #! are programs. */
  files: Readonly<Record<string, string>>;
  /** Folders to make, beside those of the files. */
  folders: readonly string[];
  /** The uid that owns /var in it. */
  owner: number;
  /** Programs of busybox to be found in /bin. */
  applets: readonly string[];
  /** As in OCI's image configuration. */
  config: object;
}

/** Lays out busybox under the names that the image needs. */
async function layOut({ files, folders, applets }: BusyboxImage, root: string, scratch: string): Promise<void> {
  await aptDownload(PACKAGE, scratch);
  const [archive = ""] = await readdir(scratch);
  await run("dpkg-deb", ["--extract", archive, "unpacked"], { cwd: scratch });
  for (const folder of ["bin", "tmp", "var", ...folders, ...Object.keys(files).map(dirname)])
    await mkdir(join(root, folder), { recursive: true });
  await rename(join(scratch, "unpacked/bin/busybox"), join(root, "bin/busybox"));
  await chmod(join(root, "bin/busybox"), 0o755);
  for (const name of applets) await symlink("busybox", join(root, "bin", name));
  for (const [path, text] of Object.entries(files))
    await writeFile(join(root, path), text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
}

/** The archive of such an image, as `podman load` reads it. */
export async function busyboxImage(image: BusyboxImage): Promise<string> {
  const { name, reference, owner, config } = image;
  const what = `make the image ${name} out of Debian's busybox`;
  const key = { name: `test-${name}`, version: "1", recipe: { ...image, package: PACKAGE, layout: 3 } };
  const folder = await cached(key, what, async (draft) => {
    const [root, scratch] = [join(draft, "root"), join(draft, "scratch")];
    await Promise.all([mkdir(root), mkdir(scratch)]);
    await layOut(image, root, scratch);
    const id = await packLayer(root, [{ folder: "var", owner }], join(draft, "layer"));
    const parts = { architecture: goArch, os: "linux", config, rootfs: { type: "layers", diff_ids: [`sha256:${id}`] } };
    const { layerName, files } = archiveFiles(parts, id, reference);
    await rename(join(draft, "layer"), join(draft, layerName));
    for (const [path, text] of Object.entries(files)) await writeFile(join(draft, path), text);
    await run("tar", ["-cf", "image.tar", ...Object.keys(files), layerName], { cwd: draft });
    await Promise.all([root, scratch, join(draft, layerName)].map((each) => rm(each, { recursive: true })));
  });
  return join(folder, "image.tar");
}
