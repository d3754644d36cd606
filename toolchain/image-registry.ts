import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached, findCached } from "./cache.ts";
import { run, which } from "./command.ts";
import { parseReference, versionOf } from "./image-reference.ts";
import { goArch } from "./platform.ts";
import { ensureSystemPackages } from "./system-packages.ts";
import { requireReachable } from "./vendor.ts";

const COPY_MS = 15 * 60_000;
/** Docker's registry is known by one name and answers at another. */
const HOSTS: Readonly<Record<string, string>> = { "docker.io": "registry-1.docker.io" };

const skopeo = { name: "skopeo", isThere: async () => (await which("skopeo")) !== undefined };

/**
 * Pulls an image into an archive and returns the folder that holds it (image.tar, and image.json with the digest that
 * the registry gave for it).
 * @throws VendorUnreachable when the registry does not answer.
 */
export async function pullImage(name: string, reference: string): Promise<string> {
  const { registry, repository, tag, digest } = parseReference(reference);
  const key = { name: `image-${name}`, version: versionOf(reference), recipe: { from: "registry", reference, goArch } };
  const there = await findCached(key);
  if (there) return there;
  await requireReachable(`https://${HOSTS[registry] ?? registry}/v2/`);
  await ensureSystemPackages([skopeo], "pulling images");
  return cached(key, `pull ${reference}`, async (folder) => {
    const source = `docker://${registry}/${repository}`;
    const found =
      digest ??
      (await run("skopeo", ["inspect", "--format={{.Digest}}", `${source}:${tag}`], { timeout: 60_000 })).trim();
    const target = `docker-archive:${join(folder, "image.tar")}:${registry}/${repository}:${tag}`;
    await run("skopeo", ["copy", `${source}@${found}`, target], { timeout: COPY_MS });
    await writeFile(join(folder, "image.json"), JSON.stringify({ reference, digest: found }));
  });
}
