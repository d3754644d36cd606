import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A scrape target on the machine that runs the tests: to the throwaway host it is another host of its network. */
export const startExporter = async (address: string) => {
  const server = createServer((_, response) => {
    response.setHeader("Content-Type", "text/plain; version=0.0.4").end("# TYPE elsewhere gauge\nelsewhere 7\n");
  });
  await once(server.listen(0, address), "listening");
  return {
    target: `${address}:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
