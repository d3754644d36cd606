/** One sshd, and who logs in there. */
export interface Station {
  /** DNS name or IP address. */
  address: string;
  port: number;
  user: string;
  /** Pinned host key as in known_hosts: `ssh-ed25519 AAAA...`. */
  hostKey: string;
  /** PEM or OpenSSH private key; without it the ssh agent is asked. */
  privateKey?: string | undefined;
}

/** How a host is reached, as the `Host` provider's inputs give it. */
export interface SshAddress extends Station {
  /** The host's name in the config; every error names it. */
  name: string;
  /** The socket of the ssh agent of whoever runs this. */
  agentSocket?: string | undefined;
  /** The hosts that the way leads through, the one that this machine reaches first. */
  jump?: Station[] | undefined;
}

/** A station of a way, and what errors call it. */
export interface Stop extends Station {
  /** `host prod (root@192.0.2.10:22)`. */
  where: string;
  /** Where the config has it: `hosts.prod`. */
  path: string;
  agentSocket?: string | undefined;
}

/** Where errors point: `host prod (root@192.0.2.10:22)`. */
export const describe = (to: SshAddress): string => `host ${to.name} (${to.user}@${to.address}:${to.port})`;

/** The host itself, without the way to it. */
export const lastStop = (to: SshAddress): Stop => ({ ...to, where: describe(to), path: `hosts.${to.name}` });

/** All stops on the way to a host, itself the last. */
export const stopsOf = (to: SshAddress): Stop[] => {
  const { name, agentSocket, jump = [] } = to;
  const stops = jump.map((station, index) => ({
    ...station,
    agentSocket,
    where: `jump host of ${name} (${station.user}@${station.address}:${station.port})`,
    path: `hosts.${name}.jump${jump.length > 1 ? `.${index}` : ""}`,
  }));
  return [...stops, lastStop(to)];
};
