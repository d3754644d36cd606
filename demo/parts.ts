import { cacheRoot } from "../toolchain/cache.ts";
import { type Engine, ensureEngine } from "../toolchain/engine.ts";
import { ensureImages, type Image, type WantedImage } from "../toolchain/images.ts";
import { reasonOf } from "../toolchain/reason.ts";
import { type Container, type DemoOptions, optional } from "./options.ts";

/** A part that cannot be had, and why. */
export interface MissingPart {
  name: string;
  why: string;
}

/** The images that cannot be had, and why. */
export const missingOf = (images: readonly Image[]): MissingPart[] =>
  images.flatMap((image) => ("missing" in image ? [{ name: image.name, why: image.missing }] : []));

/** Parts cannot be had without which the stack does not work: nothing is deployed. */
export class MissingParts extends Error {
  override name = "MissingParts";
  readonly parts: readonly MissingPart[];

  /** @param parts all that are missing, those among them that the stack could do without */
  constructor(parts: readonly MissingPart[]) {
    const needed = parts.filter(({ name }) => !optional.includes(name as Container));
    const reasons = needed.map(({ name, why }) => `  ${name}: ${why}`);
    super(
      [
        `nothing was deployed, since the stack needs what cannot be had:`,
        ...reasons,
        `What could be had is kept in ${cacheRoot()}. 'npm run demo' tries again, 'npm run demo -- --down' takes the host away.`,
      ].join("\n"),
    );
    this.parts = parts;
  }
}

/**
 * The engine, or why it cannot be had, and the images: what the demo is made of.
 * @throws MissingParts where the stack does not work without one that is missing.
 */
export const requireParts = (engine: Engine | MissingPart, images: Image[]): { engine: Engine; images: Image[] } => {
  const missing = [...("why" in engine ? [engine] : []), ...missingOf(images)];
  if ("why" in engine || missing.some(({ name }) => !optional.includes(name as Container)))
    throw new MissingParts(missing);
  return { engine, images };
};

/** Gets engine and images; one that fails does not keep the others from being made, for the run after it is mended. */
export const ensureParts = async (options: DemoOptions, wanted: readonly WantedImage[]) => {
  const engine = await ensureEngine({ standIns: true }).catch((cause) => ({ name: "engine", why: reasonOf(cause) }));
  return requireParts(engine, await ensureImages(wanted, options.images));
};
