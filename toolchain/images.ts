import { mkdir, readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { cached, findCached, type Key, keyName } from "./cache.ts";
import { findGo } from "./go.ts";
import { buildKey, buildNeeds, goBuild } from "./go-build.ts";
import { writeImageArchive } from "./image-archive.ts";
import { readImageFile } from "./image-file.ts";
import { type ImageName, type ImageRecipe, imageRecipes } from "./image-recipes.ts";
import { versionOf } from "./image-reference.ts";
import { pullImage, pullNeeds } from "./image-registry.ts";
import { layOutTree } from "./image-tree.ts";
import { requireLinux } from "./platform.ts";
import { reasonOf } from "./reason.ts";
import type { SystemPackage } from "./system-packages.ts";

/** An image that the stack wants, by its full reference. */
export interface WantedImage {
  name: ImageName;
  reference: string;
}

/** An image that can be loaded on a host. */
export interface AvailableImage extends WantedImage {
  version: string;
  source: "given" | "registry" | "built";
  /** The image archive (docker-archive or oci-archive, maybe gzipped). */
  archive: string;
  /** The digest that the registry gave, where it came from one. */
  digest?: string;
}

/** An image that cannot be had: why, and how to mend it, in one sentence. */
export interface MissingImage extends WantedImage {
  missing: string;
}

export type Image = AvailableImage | MissingImage;

async function given(image: WantedImage, file: string): Promise<Image> {
  try {
    const { references } = await readImageFile(file);
    const version = versionOf(references.find((each) => URL.canParse(`docker://${each}`)) ?? image.reference);
    return { ...image, version, source: "given", archive: resolve(file) };
  } catch (error) {
    return { ...image, missing: `the image given for ${image.name} cannot be used: ${reasonOf(error)}` };
  }
}

async function pulled(image: WantedImage): Promise<AvailableImage> {
  const folder = await pullImage(image.name, image.reference);
  const { digest } = JSON.parse(await readFile(join(folder, "image.json"), "utf8")) as { digest: string };
  const version = versionOf(image.reference);
  return { ...image, version, source: "registry", archive: join(folder, "image.tar"), digest };
}

function builtKey({ name, reference }: WantedImage, { build, ...layout }: ImageRecipe): Key {
  const recipe = { from: "built", reference, binaries: keyName(buildKey(build)), layout };
  return { name: `image-${name}`, version: build.version, recipe };
}

/** Builds an image from Go modules. */
async function built(image: WantedImage, recipe: ImageRecipe): Promise<AvailableImage> {
  const binaries = await goBuild(recipe.build, findGo);
  const what = `put the ${image.name} image together`;
  const folder = await cached(builtKey(image, recipe), what, async (draft) => {
    const [root, scratch] = [join(draft, "root"), join(draft, "scratch")];
    await Promise.all([mkdir(root), mkdir(scratch)]);
    await layOutTree(recipe, binaries, root);
    await writeImageArchive(recipe, { root, scratch }, image.reference, join(draft, "image.tar"));
    await Promise.all([root, scratch].map((each) => rm(each, { recursive: true })));
  });
  return { ...image, version: recipe.build.version, source: "built", archive: join(folder, "image.tar") };
}

/** The recipe for an image, where there is one for the wanted version. */
function recipeFor({ name, reference }: WantedImage): ImageRecipe | undefined {
  const recipe = imageRecipes[name];
  return recipe?.build.version === versionOf(reference) ? recipe : undefined;
}

async function ensureImage(image: WantedImage, file: string | undefined): Promise<Image> {
  if (file !== undefined) return given(image, file);
  const recipe = recipeFor(image);
  if (recipe && (await findCached(builtKey(image, recipe)))) return built(image, recipe);
  const reasons: string[] = [];
  try {
    return await pulled(image);
  } catch (error) {
    reasons.push(reasonOf(error));
  }
  if (recipe)
    try {
      return await built(image, recipe);
    } catch (error) {
      reasons.push(reasonOf(error));
    }
  else {
    const other = imageRecipes[image.name]?.build.version;
    reasons.push(other ? `only version ${other} can be built here` : "it cannot be built from Go modules");
  }
  const mend = `hand over its archive with --image ${image.name}=FILE`;
  return { ...image, missing: `${image.reference} cannot be had (${reasons.join("; ")}): ${mend}` };
}

/**
 * What the system needs for the images to be had, so that it can be installed before the first build; nothing for those
 * that are there already, given or cannot be had.
 */
export async function imageNeeds(
  wanted: readonly WantedImage[],
  files: Partial<Record<ImageName, string>> = {},
): Promise<SystemPackage[]> {
  const needs = wanted.map(async (image) => {
    if (files[image.name] !== undefined) return [];
    const recipe = recipeFor(image);
    if (recipe && (await findCached(builtKey(image, recipe)))) return [];
    return (await pullNeeds(image.name, image.reference)) ?? (recipe ? buildNeeds(recipe.build) : []);
  });
  return (await Promise.all(needs)).flat();
}

/**
 * An archive of each wanted image: the one given, else the cached one, else the registry's, else built from Go modules.
 * One after the other, because a build takes the whole machine.
 * @param files image archives that the user hands over, by name.
 */
export async function ensureImages(
  wanted: readonly WantedImage[],
  files: Partial<Record<ImageName, string>> = {},
): Promise<Image[]> {
  requireLinux();
  const images: Image[] = [];
  for (const image of wanted) images.push(await ensureImage(image, files[image.name]));
  return images;
}
