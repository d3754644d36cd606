import { createServer, type Server } from "node:net";
import type { Client } from "ssh2";

/** Listens on a local loopback port, by preference the given one, and carries each connection to a host's address. */
export const forward = (
  client: Client,
  to: { host: string; port: number },
): Promise<{ port: number; server: Server }> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      client.forwardOut("127.0.0.1", socket.remotePort ?? 0, to.host, to.port, (cause, channel) => {
        if (cause) return socket.destroy();
        socket.pipe(channel).pipe(socket);
        // a peer that hangs up is no reason to end
        socket.on("error", () => channel.close());
        channel.on("error", () => socket.destroy());
      });
    });
    const listening = () => resolve({ port: (server.address() as { port: number }).port, server });
    server.once("listening", listening);
    server.once("error", (cause: NodeJS.ErrnoException) => {
      if (cause.code !== "EADDRINUSE") return reject(cause);
      server.listen(0, "127.0.0.1");
    });
    server.listen(to.port, "127.0.0.1");
  });
