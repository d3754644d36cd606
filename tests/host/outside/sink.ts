import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { until } from "../../../throwaway/until.ts";

/** An alarm as the watch tells it, and when it came, in milliseconds of the wall clock. */
export interface Told {
  at: number;
  authorization: string | undefined;
  status: string;
  endpoint: string;
  message: string;
}

/** A webhook on the machine that runs the tests, which keeps what it is told. */
export class Sink {
  readonly told: Told[] = [];
  readonly url: string;
  readonly stop: () => void;

  private constructor(url: string, stop: () => void) {
    this.url = url;
    this.stop = stop;
  }

  static async start(address: string): Promise<Sink> {
    const server = createServer();
    await once(server.listen(0, address), "listening");
    const url = `http://${address}:${(server.address() as AddressInfo).port}/`;
    const sink = new Sink(url, () => {
      server.close();
      server.closeAllConnections();
    });
    server.on("request", async (request, response) => {
      const { authorization } = request.headers;
      sink.told.push({ at: Date.now(), authorization, ...JSON.parse(await text(request)) });
      response.end();
    });
    return sink;
  }

  /** Waits for an alarm, or its end, after a moment; gives how many seconds after it. */
  async wait(endpoint: string, status: "firing" | "resolved", after: number, seconds: number): Promise<number> {
    const is = (one: Told) => one.endpoint === endpoint && one.status === status && one.at >= after;
    const { at } = await until(`${endpoint} is told as ${status}`, seconds * 1000, async () => this.told.find(is));
    return Math.round((at - after) / 100) / 10;
  }

  /** What was told since a moment, as `firing host/web ssh`. */
  since(moment: number): string[] {
    return this.told.filter(({ at }) => at >= moment).map(({ status, endpoint }) => `${status} ${endpoint}`);
  }
}
