import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Seen } from "../../../components/canary/stores.ts";

type Labels = Record<string, string>;

const split = (key: string): [string, string] => {
  const at = key.indexOf(" ");
  return [key.slice(0, at), key.slice(at + 1)];
};
const sample = (metric: Labels, value: number) => ({ metric, value: [1, `${value}`] });

/** Prometheus's and Loki's APIs on loopback, with what a `Seen` has. */
export class StubStores {
  readonly #server: Server;
  seen: Seen;
  /** Queries so far. */
  readonly queries: string[] = [];
  /** Called before each answer to the query `up`. */
  onLook = () => {};

  private constructor(server: Server, seen: Seen) {
    this.#server = server;
    this.seen = seen;
  }

  static async start(seen: Seen): Promise<StubStores> {
    const server = createServer();
    const stub = new StubStores(server, seen);
    server.on("request", (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://stub");
      const query = searchParams.get("query") ?? "";
      stub.queries.push(query);
      const result = pathname === "/loki/api/v1/query_range" ? stub.#lines(query) : stub.#samples(query);
      response.end(JSON.stringify({ status: "success", data: { result } }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return stub;
  }

  get listen(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    return new Promise((stopped) => this.#server.close(() => stopped()));
  }

  #lines(query: string) {
    const [, service = "", source = ""] = /service="([^"]*)",source="([^"]*)"/.exec(query) ?? [];
    const time = this.seen.lines.get(`${service} ${source}`);
    return time === undefined ? [] : [{ stream: {}, values: [[`${Math.round(time * 1000)}000`, "a line"]] }];
  }

  #samples(query: string) {
    const { up, scraped, samples, proofs, containers, units, collected } = this.seen;
    const of = (name: string, values: Map<string, number | boolean>) =>
      [...values].map(([key, value]) => {
        const [job, instance] = split(key);
        return sample({ __name__: name, job, instance }, Number(value));
      });
    if (query.startsWith("timestamp(up{")) return of("", scraped);
    if (query.startsWith("count by"))
      return [...proofs].map((proof) => {
        const [name, key] = split(proof);
        const [job, instance] = split(key);
        return sample({ __name__: name, job, instance }, 1);
      });
    if (query.includes("podman_container_"))
      return containers.flatMap(({ user, name: container, service, state, health, exitCode }) =>
        Object.entries({ state, health, exit_code: exitCode }).map(([name, value]) =>
          sample({ __name__: `podman_container_${name}`, user, container, service }, value),
        ),
      );
    if (query.includes("unit_state"))
      return [...units].map(([key, state]) => {
        const [user, unit] = split(key);
        return sample(user === "root" ? { name: unit, state } : { user, unit, state }, 1);
      });
    if (query.includes("last_run")) return [sample({}, collected)];
    this.onLook();
    return [...of("up", up), ...of("scrape_samples_scraped", samples)];
  }
}
