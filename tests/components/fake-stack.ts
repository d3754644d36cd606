import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

type Labels = Record<string, string>;

/** A line of a log and the labels that Alloy would give it. */
interface Source {
  /** The file that the host's command writes it to. */
  file: string;
  labels: Labels;
}

const selector = (query: string): Labels =>
  Object.fromEntries([...query.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]));

/**
 * Loki and Prometheus as the canary sees them, and the commands by which it writes its lines: `systemd-run`, and
 * `podman` as a user's.
 */
export class FakeStack {
  readonly folder: string;
  readonly #server: Server;
  /** Jobs of the host by name: whether they are up. */
  readonly targets: Record<string, boolean> = {};
  /** The labels that lines get on their way. */
  readonly journal: Labels = { host: "web", unit: "watchpost-canary.service", source: "journal" };
  readonly container: Labels = { host: "web", container: "watchpost-canary", user: "app" };

  private constructor(folder: string, server: Server) {
    this.folder = folder;
    this.#server = server;
  }

  static async start(address: string): Promise<FakeStack> {
    const folder = await mkdtemp(join(tmpdir(), "watchpost-canary-"));
    const server = createServer();
    const stack = new FakeStack(folder, server);
    server.on("request", async (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://stack");
      const query = searchParams.get("query") ?? "";
      response.end(JSON.stringify(await (pathname.startsWith("/loki/") ? stack.#lines(query) : stack.#up(query))));
    });
    server.listen(0, address);
    await once(server, "listening");
    const commands = {
      "systemd-run": `echo "\${@: -1}" >>${folder}/journal`,
      podman: `echo "\${@: -1}" >>${folder}/container`,
      // as whom it runs it is the kernel's affair
      setpriv: 'until [[ $1 == podman ]]; do shift; done; "$@"',
      id: "echo 990",
    };
    for (const [name, body] of Object.entries(commands))
      await writeFile(join(folder, name), `#!/bin/bash\n${body}\n`, { mode: 0o755 });
    return stack;
  }

  get listen(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    return family === "IPv6" ? `[${address}]:${port}` : `${address}:${port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((stopped) => this.#server.close(() => stopped()));
    await rm(this.folder, { recursive: true });
  }

  async #lines(query: string) {
    const wanted = Object.entries(selector(query));
    const [, token = ""] = /\|= "([^"]+)"/.exec(query) ?? [];
    const sources: Source[] = [
      { file: "journal", labels: this.journal },
      { file: "container", labels: this.container },
    ];
    const found = sources.filter(
      ({ labels }) => wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value),
    );
    const texts = await Promise.all(found.map(({ file }) => readFile(join(this.folder, file), "utf8").catch(() => "")));
    const lines = texts.flatMap((text) => text.split("\n")).filter((line) => token && line.includes(token));
    return { data: { result: lines.map((line) => ({ values: [["1", line]] })) } };
  }

  #up(query: string) {
    const { host } = selector(query);
    const [, jobs = ""] = /job=~"([^"]*)"/.exec(query) ?? [];
    const ours = Object.entries(this.targets).filter(([job]) => host === "web" && jobs.split("|").includes(job));
    const up = ours.filter(([, isUp]) => isUp).length;
    const counted = { data: { result: up === 0 ? [] : [{ metric: {}, value: [1.5, `${up}`] }] } };
    const down = ours.filter(([, isUp]) => !isUp).map(([job]) => ({ metric: { job }, value: [1.5, "0"] }));
    return query.startsWith("count(") ? counted : { data: { result: down } };
  }
}
