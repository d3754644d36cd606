/** How a host is reached, as the `Host` provider's inputs give it. */
export interface SshAddress {
  /** The host's name in the config; every error names it. */
  name: string;
  /** DNS name or IP address. */
  address: string;
  port: number;
  user: string;
  /** Pinned host key as in known_hosts: `ssh-ed25519 AAAA...`. */
  hostKey: string;
  /** PEM or OpenSSH private key; without it the agent at `agentSocket` is asked. */
  privateKey?: string | undefined;
  agentSocket?: string | undefined;
}

/** Where errors point: `host prod (root@192.0.2.10:22)`. */
export const describe = (to: SshAddress): string => `host ${to.name} (${to.user}@${to.address}:${to.port})`;
