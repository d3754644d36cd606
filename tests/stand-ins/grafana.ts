import { chmod, mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../../toolchain/cache.ts";
import { run } from "../../toolchain/command.ts";
import { archiveFiles, packLayer } from "../../toolchain/image-archive.ts";
import { goArch } from "../../toolchain/platform.ts";

const reference = "localhost/watchpost-test/grafana-stand-in:1";

/** What it serves: Grafana's health and the least that a scrape takes; httpd sends a folder's index.txt as text. */
const files = {
  "www/api/health": '{"database":"ok","version":"a stand-in for Grafana, made by Watchpost\'s tests"}\n',
  "www/metrics/index.txt": "# TYPE grafana_stand_in gauge\ngrafana_stand_in 1\n",
  "etc/httpd.conf": "I:index.txt\n.txt:text/plain\n",
  "etc/passwd": "root:x:0:0:root:/:/bin/sh\ngrafana:x:472:0:grafana:/var/lib/grafana:/bin/sh\n",
};

const config = {
  User: "472",
  WorkingDir: "/var/lib/grafana",
  // a busybox that is process 1 does not hear SIGTERM
  StopSignal: "SIGKILL",
  Entrypoint: ["/bin/busybox", "httpd", "-f", "-p", "3000", "-h", "/www", "-c", "/etc/httpd.conf"],
  Env: ["PATH=/bin"],
  Labels: { "org.opencontainers.image.title": "a stand-in for Grafana, made by Watchpost's tests" },
};

const recipe = { files, config, package: "busybox-static", layout: 1 };

/** Lays out busybox under the names that the image needs. */
async function layOut(root: string, scratch: string): Promise<void> {
  await run("apt-get", ["download", recipe.package], { cwd: scratch });
  const [archive = ""] = await readdir(scratch);
  await run("dpkg-deb", ["--extract", archive, "unpacked"], { cwd: scratch });
  for (const folder of ["bin", "etc", "tmp", "var/lib/grafana", "www/api", "www/metrics"])
    await mkdir(join(root, folder), { recursive: true });
  await rename(join(scratch, "unpacked/bin/busybox"), join(root, "bin/busybox"));
  await chmod(join(root, "bin/busybox"), 0o755);
  for (const name of ["sh", "cat", "wget"]) await symlink("busybox", join(root, "bin", name));
  for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text);
}

/** Archive of an image that is to the stack like Grafana's: user 472, port 3000, a health page and wget to ask for it. */
export async function grafanaStandIn(): Promise<string> {
  const what = "make a stand-in for Grafana's image out of Debian's busybox";
  const folder = await cached({ name: "test-grafana-stand-in", version: "1", recipe }, what, async (draft) => {
    const [root, scratch] = [join(draft, "root"), join(draft, "scratch")];
    await Promise.all([mkdir(root), mkdir(scratch)]);
    await layOut(root, scratch);
    const id = await packLayer(root, [{ folder: "var", owner: 472 }], join(draft, "layer"));
    const image = { architecture: goArch, os: "linux", config, rootfs: { type: "layers", diff_ids: [`sha256:${id}`] } };
    const { layerName, files: parts } = archiveFiles(image, id, reference);
    await rename(join(draft, "layer"), join(draft, layerName));
    for (const [name, text] of Object.entries(parts)) await writeFile(join(draft, name), text);
    await run("tar", ["-cf", "image.tar", ...Object.keys(parts), layerName], { cwd: draft });
    await Promise.all([root, scratch, join(draft, layerName)].map((each) => rm(each, { recursive: true })));
  });
  return join(folder, "image.tar");
}
