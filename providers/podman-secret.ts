import { randomUUID } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { sha256 } from "./host-file.ts";
import { HostResource } from "./host-resource.ts";
import { type Kind, lifecycle } from "./kind.ts";
import { parseFacts, script } from "./script.ts";

export interface PodmanSecretInputs {
  /** Whose secrets; empty for root's. */
  user: string;
  secret: string;
  /** Kept encrypted in the state; reaches the host through standard input only. */
  value: string;
}

export interface PodmanSecretFacts {
  /** Changes whenever the value did: podman copies a secret when it creates a container, so a unit restarts on it. */
  version: string;
}

const kind: Kind<PodmanSecretInputs, PodmanSecretFacts> = {
  identity: ["user", "secret"],
  id: ({ secret }) => secret,
  async sync(host, { user, secret, value }) {
    await host.run({ what: `PodmanSecret ${secret}`, script: script("secret-sync", { user, secret, value }) });
    return { version: randomUUID() };
  },
  async observe(host, state) {
    const { user, secret, value, version } = state;
    const stdout = await host.run({ what: `PodmanSecret ${secret}`, script: script("secret-read", { user, secret }) });
    const [fact] = parseFacts(stdout);
    if (!fact) return undefined;
    // what somebody else put there stays on the host: the state only learns that it differs
    const same = fact.values[0] === sha256(value);
    return { inputs: { ...state, value: same ? value : "changed on the host" }, facts: { version } };
  },
  async remove(host, { user, secret }) {
    await host.run({ what: `PodmanSecret ${secret}`, script: script("secret-delete", { user, secret }) });
  },
};

export const provider = lifecycle(kind);

export interface PodmanSecretArgs {
  user: pulumi.Input<string>;
  secret: pulumi.Input<string>;
  value: pulumi.Input<string>;
}

/** A podman secret of a user or of root. */
export class PodmanSecret extends HostResource {
  declare readonly secret: pulumi.Output<string>;
  declare readonly version: pulumi.Output<string>;
  constructor(name: string, args: PodmanSecretArgs, opts: pulumi.CustomResourceOptions) {
    const value = pulumi.secret(args.value);
    super("PodmanSecret", "./providers/podman-secret.ts", name, { ...args, value }, ["version"], opts);
  }
}
