import { connect as connectTcp } from "node:net";
import type { Duplex } from "node:stream";
import { type AnyAuthMethod, Client, type ServerHostKeyAlgorithm } from "ssh2";
import { type SshAddress, type Stop, stopsOf } from "./address.ts";
import { agentKeys } from "./agent.ts";
import { type ConnectFailure, explainConnect } from "./explain-connect.ts";
import { explainJump } from "./explain-forward.ts";

/** A TCP address as a host sees it. */
export interface Endpoint {
  host: string;
  port: number;
}

const algorithms: Record<string, ServerHostKeyAlgorithm[]> = {
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
};

/** Connects to an address that the other side of a connection sees. */
export const forwardOut = (client: Client, { host, port }: Endpoint): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    client.forwardOut("127.0.0.1", 0, host, port, (cause, channel) => (cause ? reject(cause) : resolve(channel)));
  });

/** Keys to show, in their order; `agents` are those of the ssh agent, undefined without one. */
interface Keys {
  privateKey?: string | undefined;
  agents?: Awaited<ReturnType<typeof agentKeys>> | undefined;
}

/** One attempt over a connection that is there or about to be. Rejects with what was seen of the other side. */
const attempt = (to: Stop, { privateKey, agents }: Keys, socket: Duplex): Promise<Client> =>
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
          // the types lack it: no more are left
          next(method ?? (false as never));
        },
        readyTimeout: 10_000,
        keepaliveInterval: 15_000,
        algorithms: { serverHostKey: algorithms[type] ?? [type as ServerHostKeyAlgorithm] },
        hostVerifier: (key: Buffer) => {
          seen.seenKey = key.toString("base64");
          return seen.seenKey === blob;
        },
      });
      socket.once("data", (first: Buffer) => {
        seen.greeting = first.toString("latin1", 0, 1000);
      });
      // jobs are small packets: without it each waits for the acknowledgement of the one before
      client.setNoDelay();
    } catch (cause) {
      socket.destroy();
      fail(cause as Error);
    }
  });

const isFailure = (cause: unknown): cause is ConnectFailure =>
  typeof cause === "object" && cause !== null && "to" in cause && "cause" in cause;

/** Logs in at one stop; `reach` makes the connection to it. @throws ConnectError */
const enter = async (to: Stop, reach: () => Promise<Duplex>): Promise<Client> => {
  const { privateKey, agentSocket } = to;
  const agents =
    privateKey || !agentSocket
      ? undefined
      : await agentKeys(agentSocket).catch((cause) => Promise.reject(explainConnect({ to, cause })));
  let shown = 0;
  for (;;)
    try {
      return await attempt(to, { privateKey, agents: agents?.slice(shown) }, await reach());
    } catch (failure) {
      if (!isFailure(failure)) throw failure;
      const offered = agents && shown + (failure.offered ?? 0);
      // sshd hung up after some keys of the agent: the others over another connection
      const goesOn = /Too many authentication failures/.test(failure.cause.message) && failure.offered;
      if (!agents || !goesOn || shown + goesOn >= agents.length) throw explainConnect({ ...failure, offered });
      shown += goesOn;
    }
};

/**
 * Connects and logs in, at the jump hosts first; each host has to show its pinned key. The connections to the jump hosts
 * end with the one that is returned.
 * @throws ConnectError
 */
export const handshake = async (to: SshAddress): Promise<Client> => {
  let reached: { stop: Stop; client: Client } | undefined;
  for (const stop of stopsOf(to)) {
    const way = reached;
    const { address: host, port } = stop;
    const reach = async () =>
      way
        ? forwardOut(way.client, { host, port }).catch((cause) => Promise.reject(explainJump(way.stop, stop, cause)))
        : connectTcp({ host, port });
    try {
      const client = await enter(stop, reach);
      if (way) client.once("close", () => way.client.end());
      reached = { stop, client };
    } catch (cause) {
      way?.client.end();
      throw cause;
    }
  }
  return (reached as { client: Client }).client;
};
