import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { groupFromWebhook } from "../alert.ts";
import type { Counters } from "./counters.ts";
import type { Queue } from "./queue.ts";

/** Bytes of a webhook's body: 1,000 alerts of 2 kB each. */
export const mostBytes = 2 * 2 ** 20;

export interface ReceiverOptions {
  /** What Grafana has to show as `Authorization: Bearer`. */
  token: string;
  queue: Queue;
  counters: Counters;
}

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Of a body within the bound; undefined of a larger one, which is not read to its end. */
const read = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError("expected Grafana's webhook body, got what is no JSON");
  }
};

/** What Grafana's webhooks are sent to: it answers at once, and never waits for a triage. */
export const receiver = ({ token, queue, counters }: ReceiverOptions): Server => {
  const wanted = digest(`Bearer ${token}`);

  const post = async (request: IncomingMessage): Promise<[number, string]> => {
    const refuse = (status: number, why: string): [number, string] => {
      counters.add("requests_refused_total");
      return [status, why];
    };
    if (!timingSafeEqual(digest(request.headers.authorization ?? ""), wanted)) return refuse(401, "wrong token");
    const text = await read(request);
    if (text === undefined) return refuse(413, `expected at most ${mostBytes} bytes`);
    try {
      const group = groupFromWebhook(parse(text), Date.now());
      if (!group) return [200, "nothing fires"];
      counters.add("groups_received_total");
      const taken = queue.take(group);
      if (taken === "duplicate") counters.add("groups_duplicate_total");
      if (taken === "full") counters.add("groups_dropped_total");
      // an error would have Grafana try again, and tell of a failed notification
      return [taken === "queued" ? 202 : 200, taken];
    } catch (cause) {
      return refuse(400, (cause as Error).message);
    }
  };

  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5000 }, async (request, response) => {
    const { method, url } = request;
    const answer = (status: number, body: string) => {
      response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" }).end(`${body}\n`);
    };
    try {
      if (method === "GET" && url === "/health") return answer(200, "ok");
      if (method === "GET" && url === "/metrics") return answer(200, counters.text(queue.length).trimEnd());
      if (url !== "/webhook") return answer(404, "expected /webhook");
      if (method !== "POST") return answer(405, "expected POST");
      answer(...(await post(request)));
    } catch {
      // a client that hangs up within its request
      response.destroy();
    }
  });
  server.maxConnections = 64;
  return server;
};
