import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { lokiYaml } from "../../components/pod/loki.ts";
import { configWith } from "../config/sample.ts";
import { freePort } from "../free-port.ts";

/** The config that the stack runs Loki with, in another folder and on other ports. */
const configOf = (folder: string, http: number, grpc: number): string => {
  const moved = (_: string, value: unknown) =>
    typeof value === "string" && /^\/loki(\/|$)/.test(value) ? value.replace("/loki", folder) : value;
  const config = JSON.parse(JSON.stringify(parse(lokiYaml(configWith())), moved));
  const listen = { http_listen_address: "127.0.0.1", grpc_listen_address: "127.0.0.1" };
  config.server = { ...config.server, ...listen, http_listen_port: http, grpc_listen_port: grpc };
  return stringify(config);
};

/** One log line as it is pushed. */
export interface Line {
  labels: Record<string, string>;
  line: string;
  metadata: Record<string, string>;
}

/** A series of an instant query's answer. */
export interface Sample {
  labels: Record<string, string>;
  value: number;
}

/** A real Loki of its own on the loopback, with nothing in it. */
export class Loki {
  #folder = "";
  #url = "";
  #process: ReturnType<typeof spawn> | undefined;
  #said = "";

  /** @param program the binary */
  async start(program: string): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), "watchpost-loki-"));
    const http = await freePort();
    this.#url = `http://127.0.0.1:${http}`;
    const file = join(this.#folder, "config.yaml");
    await writeFile(file, configOf(this.#folder, http, await freePort()));
    const child = spawn(program, [`-config.file=${file}`], { stdio: ["ignore", "ignore", "pipe"] });
    this.#process = child;
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#said = (this.#said + text).slice(-4000);
    });
    const late = performance.now() + 60_000;
    while (!(await this.#ready())) {
      if (child.exitCode !== null || performance.now() > late)
        throw new Error(`Loki does not get ready; it said:\n${this.#said}`);
      await sleep(100);
    }
  }

  get url(): string {
    return this.#url;
  }

  async #ready(): Promise<boolean> {
    return fetch(`${this.#url}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  /** Pushes lines, the oldest first, a millisecond apart and all of them in the last minute. */
  async push(lines: Line[]): Promise<void> {
    const start = BigInt(Date.now() - 30_000);
    const streams = lines.map(({ labels, line, metadata }, index) => ({
      stream: labels,
      values: [[String((start + BigInt(index)) * 1_000_000n), line, metadata]],
    }));
    const response = await fetch(`${this.#url}/loki/api/v1/push`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ streams }),
    });
    if (!response.ok) throw new Error(`the push was answered ${response.status}: ${await response.text()}`);
  }

  /** An instant query of now. */
  async query(expr: string): Promise<Sample[]> {
    const response = await fetch(`${this.#url}/loki/api/v1/query?${new URLSearchParams({ query: expr })}`);
    if (!response.ok) throw new Error(`${expr} was answered ${response.status}: ${await response.text()}`);
    const { data } = (await response.json()) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    if (this.#folder) await rm(this.#folder, { recursive: true });
  }
}
