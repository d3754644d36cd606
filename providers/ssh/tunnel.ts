import { createServer, type Server, type Socket } from "node:net";
import type { Connection, Endpoint } from "./connection.ts";

/** Tells a client that speaks HTTP why nobody answers, by a status that is not tried again and whose text is shown. */
const refuse = (socket: Socket, { message }: Error): void => {
  const body = JSON.stringify({ message });
  const head = [
    "HTTP/1.1 403 Forbidden",
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  const answer = () => socket.end([...head, "", body].join("\r\n"));
  // one that comes before the request is taken for noise
  if (socket.bytesRead > 0) answer();
  else socket.once("data", answer);
};

/** Where a tunnel leads. */
interface Way {
  host: Connection;
  to: Endpoint;
  /** What is there may be about to start: a client that meets nobody is left to try again, and told nothing. */
  starting: boolean;
}

/** Carries a connection on to where the host sees it lead. */
const carry = async (socket: Socket, way: Way): Promise<void> => {
  const { host, to } = way;
  const giveUp = (cause: Error): void => {
    if (way.starting) socket.destroy();
    else refuse(socket, cause);
  };
  // a peer that hangs up is no reason to end
  socket.on("error", () => {});
  const channel = await host.open(to).catch(giveUp);
  if (!channel) return;
  let answered = false;
  channel.once("data", () => {
    answered = true;
  });
  channel.on("error", () => socket.destroy());
  // podman takes connections to the port of a container that does not run
  channel.once("end", () => {
    if (answered) socket.end();
    else
      giveUp(
        new Error(
          `${to.host}:${to.port} of the host hangs up without an answer: what is published there does not run, ` +
            "'pulumi up --refresh --run-program' starts it",
        ),
      );
  });
  socket.on("close", () => channel.destroy());
  socket.pipe(channel).pipe(socket, { end: false });
};

const listen = (port: number, way: Way): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => carry(socket, way));
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      // the process ends when its work is done
      server.unref();
      resolve(server);
    });
  });

const listenPatiently = async (port: number, way: Way, patience: number): Promise<Server> => {
  const end = performance.now() + patience;
  for (;;)
    try {
      return await listen(port, way);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
      if (performance.now() > end)
        throw new Error(
          `port ${port} of this machine's loopback is taken, expected it free for the tunnel to ${way.to.host}:${way.to.port} of the host: ` +
            "end what listens there, or choose another port",
          { cause },
        );
      await new Promise((again) => setTimeout(again, 250));
    }
};

const open = new Map<string, { way: Way; server: Promise<Server> }>();

export interface TunnelOptions {
  /** Whether what it leads to may be about to start. Once somebody said so, a client that meets nobody there is told nothing. */
  starting?: boolean;
  /** How long a port that another run still holds is waited for, in ms. */
  patience?: number;
}

/**
 * Carries a port of this machine's loopback to an address that the host sees, for as long as this process lives; logs in
 * when somebody first connects.
 * @throws Error when the port stays taken.
 */
export const openTunnel = (
  port: number,
  host: Connection,
  to: Endpoint,
  { starting = false, patience = 10_000 }: TunnelOptions = {},
): Promise<Server> => {
  const key = `${port} ${to.host} ${to.port}`;
  const opened = open.get(key);
  if (opened) {
    opened.way.starting ||= starting;
    return opened.server;
  }
  const way: Way = { host, to, starting };
  const server = listenPatiently(port, way, patience);
  open.set(key, { way, server });
  // one that did not come about may be tried again, and one that was closed made anew
  const forget = () => open.delete(key);
  server.then((server) => server.once("close", forget), forget);
  return server;
};
