import { createServer, type Server } from "node:net";
import type { Connection, Endpoint } from "./connection.ts";

/** Gives the port back when whoever started this process is gone: an engine that was killed leaves its providers running. */
const closeWithParent = (server: Server): void => {
  const parent = process.ppid;
  const look = setInterval(() => process.ppid === parent || server.close(), 1000).unref();
  server.once("close", () => clearInterval(look));
};

const listen = (port: number, host: Connection, to: Endpoint): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      // a peer that hangs up is no reason to end
      socket.on("error", () => {});
      host.open(to).then(
        (channel) => {
          channel.on("error", () => socket.destroy());
          socket.on("close", () => channel.destroy());
          socket.pipe(channel).pipe(socket);
        },
        () => socket.destroy(),
      );
    });
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      // the process ends when its work is done
      server.unref();
      closeWithParent(server);
      resolve(server);
    });
  });

const listenPatiently = async (port: number, host: Connection, to: Endpoint, patience: number): Promise<Server> => {
  const end = performance.now() + patience;
  for (;;)
    try {
      return await listen(port, host, to);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
      if (performance.now() > end)
        throw new Error(
          `port ${port} of this machine's loopback is taken, expected it free for the tunnel to ${to.host}:${to.port} of the host: ` +
            "end what listens there, or choose another port",
          { cause },
        );
      await new Promise((again) => setTimeout(again, 250));
    }
};

const open = new Map<string, Promise<Server>>();

/**
 * Carries a port of this machine's loopback to an address that the host sees, for as long as this process lives; logs in
 * when somebody first connects.
 * @param patience How long a port that another run still holds is waited for, in ms.
 * @throws Error when the port stays taken.
 */
export const openTunnel = (port: number, host: Connection, to: Endpoint, patience = 10_000): Promise<Server> => {
  const key = `${port} ${to.host} ${to.port}`;
  const opened = open.get(key) ?? listenPatiently(port, host, to, patience);
  open.set(key, opened);
  // one that did not come about may be tried again, and one that was closed made anew
  const forget = () => open.delete(key);
  opened.then((server) => server.once("close", forget), forget);
  return opened;
};
