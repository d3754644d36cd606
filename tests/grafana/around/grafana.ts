import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataSourcesYaml } from "../../../components/pod/data-sources.ts";
import { breakGlass, grafanaIni, grafanaSecrets } from "../../../components/pod/grafana-ini.ts";
import { podPorts } from "../../../components/scrape/jobs.ts";
import type { Config } from "../../../config/config.ts";
import { finished } from "../../finished.ts";
import type { GrafanaHome } from "../home.ts";
import { lastWords, startChild, stopChild } from "./child.ts";

/** Of the break-glass login. */
export const adminPassword = "swordfish-of-admin";

export interface GrafanaArgs {
  home: GrafanaHome;
  port: number;
  config: Config;
  /** What the podman secrets hold. */
  secrets: { admin: string; smtp?: string };
  /** Where its data sources are. */
  sources: { prometheus: string; loki: string };
}

/** An answer of the API. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** A real Grafana on the loopback, with the config that the stack runs it with. */
export class Grafana {
  readonly url: string;
  readonly #args: GrafanaArgs;
  #folder = "";
  #child: ChildProcess | undefined;

  constructor(args: GrafanaArgs) {
    this.#args = args;
    this.url = `http://localhost:${args.port}`;
  }

  async start(): Promise<void> {
    const { home, config, secrets, sources } = this.#args;
    this.#folder = await mkdtemp(join(tmpdir(), "watchpost-grafana-"));
    const file = (name: string) => join(this.#folder, name);
    const provisioning = file("provisioning/datasources");
    await Promise.all([mkdir(provisioning, { recursive: true }), mkdir(file("secrets"))]);
    await writeFile(file(`secrets/${grafanaSecrets.admin}`), secrets.admin);
    await writeFile(file(`secrets/${grafanaSecrets.smtp}`), secrets.smtp ?? "");
    // what podman mounts lies elsewhere here
    await writeFile(file("grafana.ini"), grafanaIni(config).replaceAll("/run/secrets/", file("secrets/")));
    const moved = dataSourcesYaml()
      .replace(`http://127.0.0.1:${podPorts.prometheus}`, sources.prometheus)
      .replace(`http://127.0.0.1:${podPorts.loki}`, sources.loki);
    await writeFile(join(provisioning, "watchpost.yaml"), moved);
    this.#child = await startChild({
      program: join(home.folder, "bin/grafana"),
      args: ["server", ...this.#options()],
      ready: `${this.url}/api/health`,
      cwd: home.folder,
    });
  }

  #options(): string[] {
    const paths = Object.entries({ data: "data", logs: "log", plugins: "plugins", provisioning: "provisioning" });
    return [
      `--homepath=${this.#args.home.folder}`,
      `--config=${join(this.#folder, "grafana.ini")}`,
      ...paths.map(([name, folder]) => `cfg:default.paths.${name}=${join(this.#folder, folder)}`),
      "cfg:server.http_addr=127.0.0.1",
      `cfg:server.http_port=${this.#args.port}`,
    ];
  }

  /** What the server said last. */
  get said(): string {
    return this.#child ? lastWords(this.#child) : "";
  }

  /** Runs `grafana cli` as the quadlet does in the container: in Grafana's home, told by the environment where data is. */
  async cli(args: string[], input: string): Promise<void> {
    const { folder } = this.#args.home;
    const env = { ...process.env, GF_PATHS_DATA: join(this.#folder, "data"), GF_PATHS_LOGS: join(this.#folder, "log") };
    const child = spawn(join(folder, "bin/grafana"), ["cli", ...args], { cwd: folder, env });
    child.stdin.end(input);
    const { stdout, stderr, status } = await finished(child);
    if (status !== 0) throw new Error(`grafana cli ${args.join(" ")}: ${stdout}${stderr}`);
  }

  /** Asks the API as the break-glass admin, whatever the answer; `headers` may say otherwise. */
  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const login = Buffer.from(`${breakGlass.user}:${this.#args.secrets.admin}`).toString("base64");
    const response = await fetch(this.url + path, {
      method,
      redirect: "manual",
      headers: { Authorization: `Basic ${login}`, "Content-Type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Asks the API as the break-glass admin. @throws unless the answer is 2xx */
  async api<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, text } = await this.ask(method, path, body);
    if (status < 200 || status > 299)
      throw new Error(`${method} ${path}: expected status 2xx, got ${status}: ${text.slice(0, 2000)}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  async stop(): Promise<void> {
    await stopChild(this.#child);
    if (this.#folder) await rm(this.#folder, { recursive: true, maxRetries: 3 });
  }
}
