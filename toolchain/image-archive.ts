import { createHash } from "node:crypto";
import { readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./command.ts";
import type { ImageRecipe } from "./image-recipes.ts";
import { goArch } from "./platform.ts";
import { sha256 } from "./vendor.ts";

/** What `tar` is told so that the same tree gives the same bytes: on any machine, for any user, at any time. */
const STABLE = ["--format=ustar", "--sort=name", "--mtime=@0", "--numeric-owner"];

async function tar(archive: string, folder: string, names: readonly string[], owner: number, mode: string) {
  if (names.length === 0) return;
  const ownership = [`--owner=${owner}`, `--group=${owner}`, `--mode=${mode}`];
  await run("tar", ["--append", "--file", archive, "-C", folder, ...STABLE, ...ownership, "--", ...names]);
}

/** Packs a root file system into an uncompressed layer and returns the sha256 of it in hex. */
export async function packLayer(root: string, data: ImageRecipe["data"], layer: string): Promise<string> {
  const special = ["tmp", ...data.map(({ folder }) => folder)];
  const names = (await readdir(root)).filter((name) => !special.includes(name)).sort();
  await tar(layer, root, names, 0, "u+rwX,go+rX,go-w");
  await tar(layer, root, ["tmp"], 0, "1777");
  for (const { folder, owner } of data) await tar(layer, root, [folder], owner, "0755");
  return sha256(layer);
}

/** The image's configuration, in OCI's words. */
export function imageConfig(recipe: ImageRecipe, diffId: string): unknown {
  const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  const environment = Object.entries({ PATH: path, ...recipe.environment });
  return {
    architecture: goArch,
    os: "linux",
    created: "1970-01-01T00:00:00Z",
    config: {
      User: recipe.user,
      WorkingDir: recipe.workingDir,
      Entrypoint: recipe.entrypoint,
      Cmd: recipe.command,
      Env: environment.map(([name, value]) => `${name}=${value}`),
      ExposedPorts: Object.fromEntries(recipe.ports.map((port) => [`${port}/tcp`, {}])),
      Labels: {
        "org.opencontainers.image.title": recipe.build.name,
        "org.opencontainers.image.version": recipe.build.version,
        "org.opencontainers.image.source": `https://${recipe.build.module}`,
        "org.opencontainers.image.description": `${recipe.build.name} built from its Go module by watchpost's toolchain, not the vendor's image`,
      },
    },
    rootfs: { type: "layers", diff_ids: [`sha256:${diffId}`] },
    history: [{ created: "1970-01-01T00:00:00Z", created_by: "watchpost toolchain" }],
  };
}

/** The files of a docker-archive beside its layer, by name, and the name that the layer goes by. */
export function archiveFiles(config: unknown, diffId: string, reference: string) {
  const text = JSON.stringify(config);
  const configName = `${createHash("sha256").update(text).digest("hex")}.json`;
  const layerName = `${diffId}.tar`;
  const manifest = [{ Config: configName, RepoTags: [reference], Layers: [layerName] }];
  return { layerName, files: { [configName]: text, "manifest.json": JSON.stringify(manifest) } };
}

/**
 * Writes an image archive (what `podman load` reads) of a root file system.
 * @param scratch an empty folder on the same file system, for the parts.
 */
export async function writeImageArchive(
  recipe: ImageRecipe,
  tree: { root: string; scratch: string },
  reference: string,
  archive: string,
): Promise<void> {
  const layer = join(tree.scratch, "layer");
  const diffId = await packLayer(tree.root, recipe.data, layer);
  const { layerName, files } = archiveFiles(imageConfig(recipe, diffId), diffId, reference);
  await rename(layer, join(tree.scratch, layerName));
  for (const [name, text] of Object.entries(files)) await writeFile(join(tree.scratch, name), text);
  await tar(archive, tree.scratch, [...Object.keys(files), layerName].sort(), 0, "0644");
}
