import * as pulumi from "@pulumi/pulumi";
import type { SshAddress, SshServer } from "./ssh/address.ts";

export interface HostArgs {
  /** DNS name or IP address. */
  address: pulumi.Input<string>;
  /** @default 22 */
  port: pulumi.Input<number>;
  /** `root`, or a user with passwordless sudo. */
  user: pulumi.Input<string>;
  /** The host's public key as in known_hosts, `ssh-ed25519 AAAA...`: another one is refused. */
  hostKey: pulumi.Input<string>;
  /** OpenSSH or PEM key; without it the ssh agent is asked. Kept encrypted in the state. */
  privateKey?: pulumi.Input<string> | undefined;
  /** Jump hosts in the order in which they are connected to. */
  jump?: SshServer[] | undefined;
}

/** The jump hosts as JSON, since provider configuration values are strings; secret if it contains a private key. */
const jumpText = (jump: SshServer[]): pulumi.Input<string> => {
  const text = JSON.stringify(jump);
  return jump.some(({ privateKey }) => privateKey !== undefined) ? pulumi.secret(text) : text;
};

/**
 * A host as an explicit provider: give it as `provider` to the resources that live there.
 * Each Host is a process of its own in the engine and holds one ssh connection.
 */
export class Host extends pulumi.ProviderResource {
  /** As the config names it. */
  readonly hostName: string;
  constructor(name: string, args: HostArgs, opts?: pulumi.ResourceOptions) {
    super(
      "pulumi-nodejs",
      name,
      {
        // the colon keeps the engine from prefixing the project's name
        "host:name": name,
        "host:stack": `${pulumi.getProject()}/${pulumi.getStack()}`,
        "host:address": args.address,
        "host:port": pulumi.output(args.port).apply(String),
        "host:user": args.user,
        "host:key": args.hostKey,
        ...(args.privateKey === undefined ? {} : { "host:privateKey": pulumi.secret(args.privateKey) }),
        ...(args.jump === undefined ? {} : { "host:jump": jumpText(args.jump) }),
      },
      opts,
    );
    this.hostName = name;
  }
}

/** The address out of the provider's configuration, as the engine hands it to the provider process. */
export const addressOf = (config: pulumi.dynamic.Config): SshAddress => {
  const jump = config.get("host:jump");
  return {
    name: config.require("host:name"),
    address: config.require("host:address"),
    port: Number(config.require("host:port")),
    user: config.require("host:user"),
    hostKey: config.require("host:key"),
    privateKey: config.get("host:privateKey"),
    agentSocket: process.env.SSH_AUTH_SOCK,
    ...(jump ? { jump: JSON.parse(jump) as SshServer[] } : {}),
  };
};

/** Whose host it is, `project/stack`; empty where the state is of an older version. */
export const stackOf = (config: pulumi.dynamic.Config): string => config.get("host:stack") ?? "";
