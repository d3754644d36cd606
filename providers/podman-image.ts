import type * as pulumi from "@pulumi/pulumi";
import { imageIdOf, readArchive } from "./archive.ts";
import { HostResource } from "./host-resource.ts";
import { type Kind, lifecycle } from "./kind.ts";
import { parseFacts, script } from "./script.ts";

export interface PodmanImageInputs {
  /** Whose image store; empty for root's. */
  user: string;
  /** `registry/repository:tag`; the image carries this name on the host. */
  reference: string;
  /** `sha256:...` to pull by; without it, what the tag gave at the first pull is held. */
  digest?: string;
  /** Archive file on the machine that runs Pulumi, as `podman save` writes it; nothing is pulled then. */
  archive?: string;
  /** The archive's image, read from the archive itself by `check`. */
  archiveId?: string;
  /** Whether the image carries its name; false is drift: somebody moved the tag. */
  named?: boolean;
}

export interface PodmanImageFacts {
  /** Hex sha256; what containers are run from, so that a moved tag changes nothing. */
  imageId: string;
  /** `sha256:...` of the manifest on the host. */
  heldDigest: string;
}

const parse = (stdout: string) => {
  const [fact] = parseFacts(stdout);
  if (!fact) return undefined;
  const [imageId = "", heldDigest = "", named] = fact.values;
  return { facts: { imageId, heldDigest }, named: named === "1" };
};

const kind: Kind<PodmanImageInputs, PodmanImageFacts> = {
  identity: ["user", "reference", "digest", "archiveId"],
  // the old image stays until the units that run it have moved on
  deleteBeforeReplace: false,
  id: (_, { imageId }) => imageId,
  async check(inputs) {
    const archiveId = inputs.archive ? { archiveId: await imageIdOf(inputs.archive) } : {};
    return { ...inputs, ...archiveId, named: true };
  },
  async sync(host, wanted, was) {
    const { user, reference, digest, archive, archiveId } = wanted;
    const what = `PodmanImage ${reference}`;
    const variables = { user, reference, digest, image_id: archiveId ?? was?.imageId, upload: Boolean(archive) };
    const stdout = await host.run({
      what,
      script: script("image-sync", variables),
      ...(archive ? { input: readArchive(archive) } : {}),
      timeoutSeconds: 1800,
    });
    const seen = parse(stdout);
    if (!seen) throw new Error(`${what}: brought, yet podman does not know it`);
    return seen.facts;
  },
  async observe(host, state) {
    const { user, reference, imageId } = state;
    const variables = { user, reference, image_id: imageId };
    const seen = parse(await host.run({ what: `PodmanImage ${reference}`, script: script("image-read", variables) }));
    return seen && { inputs: { ...state, named: seen.named }, facts: seen.facts };
  },
  async remove(host, { user, reference, imageId }) {
    const variables = { user, reference, image_id: imageId };
    await host.run({ what: `PodmanImage ${reference}`, script: script("image-delete", variables) });
  },
};

export const provider = lifecycle(kind);

export interface PodmanImageArgs {
  user: pulumi.Input<string>;
  reference: pulumi.Input<string>;
  digest?: pulumi.Input<string> | undefined;
  archive?: pulumi.Input<string> | undefined;
}

/** An image in a user's or root's store, held at the digest that it was first brought with. */
export class PodmanImage extends HostResource {
  declare readonly imageId: pulumi.Output<string>;
  declare readonly heldDigest: pulumi.Output<string>;
  constructor(name: string, args: PodmanImageArgs, opts: pulumi.CustomResourceOptions) {
    super("PodmanImage", "./providers/podman-image.ts", name, { ...args }, ["imageId", "heldDigest"], opts);
  }
}
