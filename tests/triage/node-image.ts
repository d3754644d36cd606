import { copyFile, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { rootCertificates } from "node:tls";
import { cached } from "../../toolchain/cache.ts";
import { run } from "../../toolchain/command.ts";
import { archiveFiles, packLayer } from "../../toolchain/image-archive.ts";
import { librariesOf } from "../../toolchain/libraries.ts";
import { goArch } from "../../toolchain/platform.ts";

const reference = "localhost/watchpost-test/node:24";

/** Archive of an image with the Node that runs the tests and its libraries, nothing else: for want of a registry. */
export const nodeImage = async (): Promise<string> => {
  const libraries = await librariesOf([process.execPath]);
  const key = {
    name: "test-node-image",
    version: process.version,
    recipe: { libraries, arch: process.arch, layout: 1 },
  };
  const folder = await cached(key, `make an image out of Node ${process.version}`, async (draft) => {
    const root = join(draft, "root");
    const place = async (from: string, path: string) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await copyFile(from, join(root, path));
    };
    for (const path of ["tmp", "etc/ssl/certs", "usr/bin", "usr/lib", "usr/lib64"])
      await mkdir(join(root, path), { recursive: true });
    for (const path of ["bin", "lib", "lib64"]) await symlink(`usr/${path}`, join(root, path));
    await place(process.execPath, "usr/bin/node");
    for (const file of libraries) await place(file, file.startsWith("/usr/") ? file : join("usr", file));
    await writeFile(join(root, "etc/ssl/certs/ca-certificates.crt"), rootCertificates.join("\n"));
    await writeFile(
      join(root, "etc/passwd"),
      "root:x:0:0:root:/:/bin/false\nnobody:x:65534:65534:nobody:/:/bin/false\n",
    );
    const id = await packLayer(root, [], join(draft, "layer"));
    const config = { Entrypoint: ["node"], Env: ["PATH=/usr/bin"] };
    const parts = { architecture: goArch, os: "linux", config, rootfs: { type: "layers", diff_ids: [`sha256:${id}`] } };
    const { layerName, files } = archiveFiles(parts, id, reference);
    await rename(join(draft, "layer"), join(draft, layerName));
    for (const [path, text] of Object.entries(files)) await writeFile(join(draft, path), text);
    await run("tar", ["-cf", "image.tar", ...Object.keys(files), layerName], { cwd: draft });
    await Promise.all([root, join(draft, layerName)].map((each) => rm(each, { recursive: true })));
  });
  return join(folder, "image.tar");
};
