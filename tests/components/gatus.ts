import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gatusSecretsYaml, gatusYaml } from "../../components/uptime-watch/gatus.ts";
import { heartbeatPath } from "../../components/uptime-watch/heartbeat.ts";
import { until } from "../../throwaway/until.ts";
import { findGo } from "../../toolchain/go.ts";
import { goBuild } from "../../toolchain/go-build.ts";
import { recipes } from "../../toolchain/recipes.ts";
import type { configWith } from "../config/sample.ts";
import { freePort } from "../free-port.ts";

interface Status {
  key: string;
  results: { success: boolean; errors?: string[]; conditionResults?: { condition: string; success: boolean }[] }[];
}

/** The real Gatus on this machine, with the files that a config gives, in a folder and on a port of its own. */
export class Gatus {
  readonly folder: string;
  readonly url: string;
  #process: ChildProcess | undefined;
  /** What it has said. */
  log = "";

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async make(config: ReturnType<typeof configWith>, more = ""): Promise<Gatus> {
    const folder = await mkdtemp(join(tmpdir(), "watchpost-gatus-"));
    const port = await freePort();
    const yaml = gatusYaml(config)
      .replace("/data/gatus.db", join(folder, "gatus.db"))
      .replace("port: 8080", `port: ${port}\n  address: 127.0.0.1`);
    await writeFile(join(folder, "config.yaml"), yaml + more);
    await writeFile(join(folder, "secrets.yaml"), gatusSecretsYaml(config));
    return new Gatus(folder, port);
  }

  /** Starts it, or starts it anew. @throws Error with what it said when it ends before it answers. */
  async start(env: NodeJS.ProcessEnv = {}): Promise<void> {
    await this.end();
    const binary = join(await goBuild(recipes.gatus, findGo), "gatus");
    const child = spawn(binary, { env: { GATUS_CONFIG_PATH: this.folder, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (this.log += text));
    await until("Gatus answers", 20_000, async () => {
      if (child.exitCode !== null) throw new Error(/panic: .*/.exec(this.log)?.[0] ?? this.log);
      return (await fetch(`${this.url}/health`).catch(() => undefined))?.ok || undefined;
    });
  }

  /** The answer to a beat. */
  async beat(authorization?: string, path = heartbeatPath): Promise<number> {
    const headers = { "Content-Type": "application/json", ...(authorization ? { authorization } : {}) };
    const { status } = await fetch(`${this.url}${path}`, { method: "POST", headers, body: '{"status":"firing"}' });
    return status;
  }

  /** Waits for the last look at an endpoint, `services_shop`, and gives the conditions that it did not meet. */
  async failing(key: string): Promise<string[]> {
    const result = await until(`Gatus has looked at ${key}`, 20_000, async () => {
      const all: Status[] = JSON.parse(await (await fetch(`${this.url}/api/v1/endpoints/statuses`)).text());
      return all.find((status) => status.key === key)?.results.at(-1);
    });
    return (result.conditionResults ?? []).filter(({ success }) => !success).map(({ condition }) => condition);
  }

  async end(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  }

  async stop(): Promise<void> {
    await this.end();
    await rm(this.folder, { recursive: true, force: true });
  }
}
