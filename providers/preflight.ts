import type * as pulumi from "@pulumi/pulumi";
import { HostResource } from "./host-resource.ts";
import { type Kind, lifecycle } from "./kind.ts";
import { parseFacts, script } from "./script.ts";

export interface PreflightInputs {
  /** The service user to be made; empty for root's containers. */
  user: string;
  home: string;
  /** Subordinate ids that the service user needs. */
  range: number;
  /** TCP ports that have to be free before they are first used. */
  ports: string[];
  /** Whether nftables has to be there. */
  nftables?: true | undefined;
  /** Free space that images and data need, in MiB. */
  diskMib: number;
  /** Users that have to be there, by the place in the config that names them: `services.shop.user`. */
  users: Record<string, string>;
}

export interface PreflightFacts {
  podman: string;
  systemd: string;
  os: string;
  architecture: string;
}

const kind: Kind<PreflightInputs, PreflightFacts> = {
  identity: [],
  id: () => "preflight",
  async sync(host, wanted, was) {
    const { user, home, range, diskMib, nftables } = wanted;
    // ports that an earlier run has taken are ours by now
    const ports = wanted.ports.filter((port) => !was?.ports.includes(port));
    const [places, users] = [Object.keys(wanted.users), Object.values(wanted.users)];
    const variables = { user, home, range, nftables, ports, disk_mib: was ? 16 : diskMib, places, users };
    const [fact] = parseFacts(await host.run({ what: "preflight", script: script("preflight-sync", variables) }));
    const [podman = "", systemd = "", os = "", architecture = ""] = fact?.values ?? [];
    return { podman, systemd, os, architecture };
  },
  // nothing of it can drift
  observe: async (_host, { podman, systemd, os, architecture, ...inputs }) => ({
    inputs,
    facts: { podman, systemd, os, architecture },
  }),
  async remove() {},
};

export const provider = lifecycle(kind);

export type PreflightArgs = { [K in keyof PreflightInputs]: pulumi.Input<PreflightInputs[K]> };

/** Looks the host over before anything on it is changed, and says in one sentence what it lacks and the mend. */
export class Preflight extends HostResource {
  declare readonly podman: pulumi.Output<string>;
  constructor(name: string, args: PreflightArgs, opts: pulumi.CustomResourceOptions) {
    super(
      "Preflight",
      "./providers/preflight.ts",
      name,
      { ...args },
      ["podman", "systemd", "os", "architecture"],
      opts,
    );
  }
}
