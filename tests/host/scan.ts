import { connect } from "node:net";

const AT_ONCE = 512;
const TIMEOUT_MS = 2000;

const isOpen = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket
      .once("connect", () => end(true))
      .once("error", () => end(false))
      .once("timeout", () => end(false));
  });

/** Every TCP port of an address that takes a connection. */
export const openPorts = async (host: string): Promise<number[]> => {
  const open: number[] = [];
  let port = 0;
  const walk = async () => {
    while (port < 65535) {
      port += 1;
      const mine = port;
      if (await isOpen(host, mine)) open.push(mine);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, walk));
  return open.sort((a, b) => a - b);
};
