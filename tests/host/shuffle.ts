import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";

/** How the order of a host's objects is shuffled: each is declared late by a time of its own. */
export interface Shuffle {
  /** The same seed gives the same delays. */
  seed: number;
  /** The longest delay in ms. */
  most: number;
}

/** A number from 0 to below 1 that comes of a seed and a name. */
export const chance = (seed: number, name: string): number =>
  createHash("sha256").update(`${seed} ${name}`).digest().readUInt32BE() / 2 ** 32;

const ours = "pulumi-nodejs:dynamic/watchpost:";

/** Has each object of the host declared that much after all that it depends on is there. */
export const shuffle = ({ seed, most }: Shuffle): void =>
  pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
    if (!type.startsWith(ours)) return undefined;
    const { dependsOn = [] } = opts as { dependsOn?: pulumi.Resource[] | pulumi.Resource };
    const after = pulumi.all([[dependsOn].flat().map(({ urn }) => urn), props]);
    const late = after.apply(() => pause(chance(seed, name) * most, props.__provider as string));
    return { props: { ...props, __provider: pulumi.unsecret(late) }, opts };
  });
