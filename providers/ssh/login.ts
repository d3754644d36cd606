import { connect as connectTcp } from "node:net";
import type { Duplex } from "node:stream";
import { type AnyAuthMethod, Client, type ServerHostKeyAlgorithm } from "ssh2";
import { type Hop, hopsOf, type SshAddress } from "./address.ts";
import { agentKeys } from "./agent.ts";
import { type ConnectFailure, explainConnect } from "./explain-connect.ts";
import { explainJump } from "./explain-forward.ts";

/** A TCP address as seen from a host. */
export interface Endpoint {
  host: string;
  port: number;
}

const algorithms: Record<string, ServerHostKeyAlgorithm[]> = {
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
};

/** Opens a TCP connection from the remote host to an address as seen from there. */
export const forwardOut = (client: Client, { host, port }: Endpoint): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    client.forwardOut("127.0.0.1", 0, host, port, (cause, channel) => (cause ? reject(cause) : resolve(channel)));
  });

/** Keys to offer, in order; `agents` holds the keys of the ssh agent, undefined without an agent. */
interface Keys {
  privateKey?: string | undefined;
  agents?: Awaited<ReturnType<typeof agentKeys>> | undefined;
}

/** One login attempt over an open or opening connection. Rejects with a ConnectFailure. */
const attempt = (to: Hop, { privateKey, agents }: Keys, socket: Duplex): Promise<Client> =>
  new Promise((resolve, reject) => {
    const [type = "", blob] = to.hostKey.split(" ");
    const seen: Omit<ConnectFailure, "cause"> = { to, offered: agents && 0 };
    const fail = (cause: Error) => reject({ ...seen, cause } satisfies ConnectFailure);
    const username = to.user;
    const methods: AnyAuthMethod[] = [
      { type: "none", username },
      ...(privateKey ? [{ type: "publickey", username, key: privateKey } as const] : []),
      ...(agents ?? []).map((agent) => ({ type: "agent", username, agent }) as const),
    ];
    socket.once("connect", () => {
      seen.connected = true;
    });
    const client = new Client();
    client
      .once("ready", () => resolve(client))
      .on("error", fail)
      .once("close", () => fail(new Error("the connection was closed")));
    try {
      client.connect({
        sock: socket,
        username,
        ...(privateKey ? { privateKey } : {}),
        authHandler: (_left, partial, next) => {
          if (partial) seen.partial = true;
          const method = methods.shift();
          if (method?.type === "agent") seen.offered = (seen.offered ?? 0) + 1;
          // the types lack `false`: no method is left
          next(method ?? (false as never));
        },
        readyTimeout: 10_000,
        keepaliveInterval: 15_000,
        algorithms: {
          serverHostKey: algorithms[type] ?? [type as ServerHostKeyAlgorithm],
          // every sshd of the last ten years has one by SHA-2
          hmac: { append: [], prepend: [], remove: ["hmac-sha1-etm@openssh.com", "hmac-sha1"] },
        },
        hostVerifier: (key: Buffer) => {
          seen.seenKey = key.toString("base64");
          return seen.seenKey === blob;
        },
      });
      socket.once("data", (first: Buffer) => {
        seen.greeting = first.toString("latin1", 0, 1000);
      });
      // jobs are small packets: without it each waits for the previous one's acknowledgement
      client.setNoDelay();
    } catch (cause) {
      socket.destroy();
      fail(cause as Error);
    }
  });

const isFailure = (cause: unknown): cause is ConnectFailure =>
  typeof cause === "object" && cause !== null && "to" in cause && "cause" in cause;

/** Logs in to one hop; `open` opens a connection to it. @throws ConnectError */
const logIn = async (to: Hop, open: () => Promise<Duplex>): Promise<Client> => {
  const { privateKey, agentSocket } = to;
  const agents =
    privateKey || !agentSocket
      ? undefined
      : await agentKeys(agentSocket).catch((cause) => Promise.reject(explainConnect({ to, cause })));
  let tried = 0;
  for (;;)
    try {
      return await attempt(to, { privateKey, agents: agents?.slice(tried) }, await open());
    } catch (failure) {
      if (!isFailure(failure)) throw failure;
      const offered = agents && tried + (failure.offered ?? 0);
      // sshd closed the connection after some of the agent's keys: the others are offered over another connection
      const refused = /Too many authentication failures/.test(failure.cause.message) && failure.offered;
      if (!agents || !refused || tried + refused >= agents.length) throw explainConnect({ ...failure, offered });
      tried += refused;
    }
};

/**
 * Connects and logs in, through the jump hosts if there are any; each host has to present its pinned key. The connections
 * to the jump hosts are closed with the returned one.
 * @throws ConnectError
 */
export const handshake = async (to: SshAddress): Promise<Client> => {
  let reached: { hop: Hop; client: Client } | undefined;
  for (const hop of hopsOf(to)) {
    const via = reached;
    const { address: host, port } = hop;
    const open = async () =>
      via
        ? forwardOut(via.client, { host, port }).catch((cause) => Promise.reject(explainJump(via.hop, hop, cause)))
        : connectTcp({ host, port });
    try {
      const client = await logIn(hop, open);
      if (via) client.once("close", () => via.client.end());
      reached = { hop, client };
    } catch (cause) {
      via?.client.end();
      throw cause;
    }
  }
  return (reached as { client: Client }).client;
};
