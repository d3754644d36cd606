/** An ssh server and the login used there. */
export interface SshServer {
  /** DNS name or IP address. */
  address: string;
  port: number;
  user: string;
  /** Pinned host key as in known_hosts: `ssh-ed25519 AAAA...`. */
  hostKey: string;
  /** PEM or OpenSSH private key; without it the ssh agent is used. */
  privateKey?: string | undefined;
}

/** How a host is reached, from the `Host` provider's inputs. */
export interface SshAddress extends SshServer {
  /** The host's name in the config; every error names it. */
  name: string;
  /** Socket of the local ssh agent. */
  agentSocket?: string | undefined;
  /** Jump hosts in the order in which they are connected to. */
  jump?: SshServer[] | undefined;
}

/** One server on the path to a host, with its name in error messages. */
export interface Hop extends SshServer {
  /** `host prod (root@192.0.2.10:22)`. */
  where: string;
  /** Its path in the config: `hosts.prod`. */
  path: string;
  agentSocket?: string | undefined;
}

/** The host in error messages: `host prod (root@192.0.2.10:22)`. */
export const describe = (to: SshAddress): string => `host ${to.name} (${to.user}@${to.address}:${to.port})`;

/** The host itself, without its jump hosts. */
export const targetOf = (to: SshAddress): Hop => ({ ...to, where: describe(to), path: `hosts.${to.name}` });

/** The jump hosts in order, then the host itself. */
export const hopsOf = (to: SshAddress): Hop[] => {
  const { name, agentSocket, jump = [] } = to;
  const hops = jump.map((server, index) => ({
    ...server,
    agentSocket,
    where: `jump host of ${name} (${server.user}@${server.address}:${server.port})`,
    path: `hosts.${name}.jump${jump.length > 1 ? `.${index}` : ""}`,
  }));
  return [...hops, targetOf(to)];
};
