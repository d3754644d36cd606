import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { run } from "../../toolchain/command.ts";
import { writeImageArchive } from "../../toolchain/image-archive.ts";
import { architectureOf, archiveFormat, readImageFile } from "../../toolchain/image-file.ts";
import { type ImageRecipe, imageRecipes } from "../../toolchain/image-recipes.ts";
import { goArch } from "../../toolchain/platform.ts";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "watchpost-image-"));
});
after(() => rm(folder, { recursive: true }));

const recipe = imageRecipes.loki as ImageRecipe;
const reference = "docker.io/grafana/loki:3.7.8";

async function pack(name: string, mode: number): Promise<string> {
  const [root, scratch, archive] = ["root", "scratch", "image.tar"].map((part) => join(folder, name, part)) as [
    string,
    string,
    string,
  ];
  for (const path of ["usr/bin", "loki", "tmp", "etc"]) await mkdir(join(root, path), { recursive: true });
  await mkdir(scratch);
  await writeFile(join(root, "usr/bin/loki"), "binary");
  await writeFile(join(root, "etc/passwd"), "root");
  await chmod(join(root, "usr/bin/loki"), 0o755);
  await chmod(join(root, "etc"), mode);
  await writeImageArchive(recipe, { root, scratch }, reference, archive);
  return archive;
}

test("an archive is what podman load reads: manifest, config, layer, each under its hash", async () => {
  const archive = await pack("layout", 0o755);
  const entry = async (name: string) => run("tar", ["-xOf", archive, name]);
  const [manifest] = JSON.parse(await entry("manifest.json"));
  assert.deepEqual(manifest.RepoTags, [reference]);
  const text = await entry(manifest.Config);
  assert.equal(manifest.Config, `${createHash("sha256").update(text).digest("hex")}.json`);
  const config = JSON.parse(text);
  assert.deepEqual(config.rootfs.diff_ids, [`sha256:${manifest.Layers[0].replace(/\.tar$/, "")}`]);
  assert.equal(config.config.User, "10001");
  assert.deepEqual(config.config.Entrypoint, ["/usr/bin/loki"]);
  assert.match(config.config.Labels["org.opencontainers.image.description"], /not the vendor's image/);
  await run("tar", ["-xf", archive, "-C", folder, manifest.Layers[0]]);
  const listing = await run("tar", ["-tvf", join(folder, manifest.Layers[0]), "--numeric-owner"]);
  assert.match(listing, /^drwxr-xr-x 10001\/10001 .* loki\/$/m);
  assert.match(listing, /^drwxrwxrwt 0\/0 .* tmp\/$/m);
  assert.match(listing, /^-rwxr-xr-x 0\/0 .* usr\/bin\/loki$/m);
});

test("the same tree gives the same bytes, whatever the umask was", async () => {
  const [first, second] = await Promise.all([pack("one", 0o755), pack("two", 0o700)]);
  assert.deepEqual(await readFile(first), await readFile(second));
});

test("the format of an archive by its files", () => {
  assert.equal(archiveFormat(["manifest.json", "abc.json"]), "docker-archive");
  assert.equal(archiveFormat(["./oci-layout", "./index.json", "./blobs/"]), "oci-archive");
  // what `docker save` writes since 25: both at once, and podman reads it as a docker-archive
  assert.equal(archiveFormat(["oci-layout", "index.json", "manifest.json"]), "docker-archive");
  assert.equal(archiveFormat(["etc/passwd", "usr/"]), undefined);
});

test("an archive that is handed over is looked into, also a gzipped one", async () => {
  const archive = await pack("given", 0o755);
  assert.deepEqual(await readImageFile(archive), { format: "docker-archive", references: [reference] });
  assert.equal(await architectureOf(archive), goArch);
  await run("gzip", ["-k", archive]);
  assert.deepEqual(await readImageFile(`${archive}.gz`), { format: "docker-archive", references: [reference] });
});

test("an oci-archive tells its references", async () => {
  const oci = join(folder, "oci");
  await mkdir(oci);
  const index = { manifests: [{ annotations: { "org.opencontainers.image.ref.name": reference } }] };
  await writeFile(join(oci, "oci-layout"), "{}");
  await writeFile(join(oci, "index.json"), JSON.stringify(index));
  await run("tar", ["-cf", join(folder, "oci.tar"), "-C", oci, "."]);
  const found = await readImageFile(join(folder, "oci.tar"));
  assert.deepEqual(found, { format: "oci-archive", references: [reference] });
});

test("a file that is no image archive is refused with the reason", async () => {
  await assert.rejects(readImageFile(join(folder, "nowhere")), /there is no file .*nowhere/);
  await assert.rejects(readImageFile(folder), /is not a file: expected an image archive/);
  await writeFile(join(folder, "text"), "hello");
  await assert.rejects(readImageFile(join(folder, "text")), /is no tar archive/);
  await run("tar", ["-cf", join(folder, "tree.tar"), "-C", folder, "text"]);
  await assert.rejects(readImageFile(join(folder, "tree.tar")), /holds no image: expected what `podman save` writes/);
});
