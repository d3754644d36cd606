import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { until } from "./until.ts";

/** What Grafana posts: its own JSON. Source: Grafana's documentation of the webhook notifier. */
export interface Posted {
  path: string;
  authorization: string;
  at: number;
  body: {
    status: string;
    title: string;
    message: string;
    alerts: { status: string; labels: Record<string, string>; annotations: Record<string, string> }[];
  };
}

/** An HTTP server on the loopback that keeps what is posted to it. */
export class WebhookSink {
  readonly posts: Posted[] = [];
  readonly #server = createServer(async (request, response) => {
    const { url: path = "", headers } = request;
    const body = JSON.parse(await text(request));
    this.posts.push({ path, authorization: headers.authorization ?? "", at: Date.now(), body });
    response.end();
  });

  /** @returns its URL, without a slash at the end */
  async start(): Promise<string> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What was posted to a path. */
  on = (path: string): Posted[] => this.posts.filter((post) => post.path === path);

  /** The first post to a path with that title, after having waited for it. */
  get(path: string, title: string, seconds: number): Promise<Posted> {
    const found = () => this.on(path).find(({ body }) => body.title === title);
    const titles = () => JSON.stringify(this.posts.map(({ path, body }) => [path, body.title]));
    return until(`a post "${title}" to ${path}`, seconds, found, titles);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
