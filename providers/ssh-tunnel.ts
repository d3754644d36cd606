import type * as pulumi from "@pulumi/pulumi";
import { addressOf } from "./host.ts";
import { HostResource } from "./host-resource.ts";
import { type Kind, lifecycle } from "./kind.ts";
import type { Connection } from "./ssh/connection.ts";
import { connectionTo } from "./ssh/pool.ts";
import { openTunnel } from "./ssh/tunnel.ts";

export interface SshTunnelInputs {
  /** On the loopback of the machine that runs Pulumi. */
  port: number;
  /** Where it ends, as the host sees it. */
  toHost: string;
  toPort: number;
}

const open = (host: Connection, { port, toHost, toPort }: SshTunnelInputs, starting: boolean) =>
  openTunnel(port, host, { host: toHost, port: toPort }, { starting });

const kind: Kind<SshTunnelInputs, object> = {
  identity: [],
  id: ({ port }) => `127.0.0.1:${port}`,
  async sync(host, wanted) {
    await open(host, wanted, true);
    const channel = await host.open({ host: wanted.toHost, port: wanted.toPort });
    channel.destroy();
    return {};
  },
  async observe(host, { port, toHost, toPort }) {
    await open(host, { port, toHost, toPort }, false);
    return { inputs: { port, toHost, toPort }, facts: {} };
  },
  async remove() {},
};

/**
 * Open from the first that is heard of it in a run on: `check` comes in each update, which may start what it leads to,
 * `read` in each refresh, which runs no program. Neither logs in: a preview needs no host.
 */
export const provider = (config: pulumi.dynamic.Config): ReturnType<ReturnType<typeof lifecycle>> => {
  const check = async (inputs: SshTunnelInputs) => {
    await open(connectionTo(addressOf(config)), inputs, true);
    return inputs;
  };
  return lifecycle({ ...kind, check })(config);
};

export type SshTunnelArgs = { [K in keyof SshTunnelInputs]: pulumi.Input<SshTunnelInputs[K]> };

/** A port of this machine's loopback that leads to one of the host's, for as long as a run of the engine lasts. */
export class SshTunnel extends HostResource {
  constructor(name: string, args: SshTunnelArgs, opts: pulumi.CustomResourceOptions) {
    super("SshTunnel", "./providers/ssh-tunnel.ts", name, { ...args }, [], opts);
  }
}
