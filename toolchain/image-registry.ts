import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached, findCached, type Key } from "./cache.ts";
import { run } from "./command.ts";
import { architectureOf } from "./image-file.ts";
import { parseReference, versionOf } from "./image-reference.ts";
import { goArch } from "./platform.ts";
import { sumOf, UnknownSum } from "./sums.ts";
import { ensureSystemPackages, onPath } from "./system-packages.ts";
import { requireReachable, VendorUnreachable } from "./vendor.ts";

const COPY_MS = 15 * 60_000;
/** Docker's registry is known by one name and answers at another. */
const HOSTS: Readonly<Record<string, string>> = { "docker.io": "registry-1.docker.io" };

const skopeo = onPath("skopeo", "skopeo", "pulling images");

/** The digest that a reference names itself, else the one of sums.json. @throws UnknownSum */
const digestOf = (reference: string): string => parseReference(reference).digest ?? sumOf(`image:${reference}`);

const keyOf = (name: string, reference: string, digest: string): Key => ({
  name: `image-${name}`,
  version: versionOf(reference),
  recipe: { from: "registry", reference, digest, goArch },
});

/** Whether a pull would be of use: what it needs of the system, undefined where there is nothing to be had that way. */
export async function pullNeeds(name: string, reference: string) {
  try {
    const digest = digestOf(reference);
    if (await findCached(keyOf(name, reference, digest))) return [];
    await requireRegistry(reference);
    return [skopeo];
  } catch (error) {
    if (error instanceof UnknownSum || error instanceof VendorUnreachable) return undefined;
    throw error;
  }
}

async function requireRegistry(reference: string): Promise<void> {
  const { registry } = parseReference(reference);
  await requireReachable(`https://${HOSTS[registry] ?? registry}/v2/`);
}

/**
 * Pulls an image by its digest into an archive and returns the folder that holds it (image.tar, and image.json with the
 * digest).
 * @throws UnknownSum where nobody has written its digest down; VendorUnreachable when the registry does not answer;
 * Error when it is made for other processors.
 */
export async function pullImage(name: string, reference: string): Promise<string> {
  const digest = digestOf(reference);
  const key = keyOf(name, reference, digest);
  if (!(await findCached(key))) {
    await requireRegistry(reference);
    await ensureSystemPackages([skopeo]);
  }
  const { registry, repository, tag } = parseReference(reference);
  return cached(key, `pull ${reference}`, async (folder) => {
    const archive = join(folder, "image.tar");
    const source = `docker://${registry}/${repository}@${digest}`;
    const target = `docker-archive:${archive}:${registry}/${repository}:${tag}`;
    await run("skopeo", ["copy", source, target], { timeout: COPY_MS });
    const architecture = await architectureOf(archive);
    // a digest may be of one platform's manifest instead of the list of all
    if (architecture !== goArch)
      throw new Error(`${reference} at ${digest} is for ${architecture}, expected an image for ${goArch}`);
    await writeFile(join(folder, "image.json"), JSON.stringify({ reference, digest }));
  });
}
