import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { prometheusYaml } from "../../../components/pod/prometheus.ts";
import { ownService } from "../../../components/scrape/jobs.ts";
import { run } from "../../../toolchain/command.ts";
import { configWith } from "../../config/sample.ts";
import { freePort } from "../../free-port.ts";
import { startChild, stopChild } from "./child.ts";
import { exporters } from "./exporter.ts";

/** Where to scrape, as host:port. */
export interface Scraped {
  exporter: string;
  loki: string;
  grafana: string;
}

/** The host that the exporter speaks for. */
export const liveHost = "web";

const job = (job_name: string, target: string, path = "/metrics", labels: Record<string, string> = {}) => ({
  job_name,
  metrics_path: path,
  static_configs: [{ targets: [target], labels: { host: liveHost, instance: liveHost, ...labels } }],
});

/** The config that the stack runs Prometheus with; what Alloy would send it scrapes itself, every second. */
const configOf = (own: string, { exporter, loki, grafana }: Scraped): string => {
  const { storage } = parse(prometheusYaml(configWith(), []));
  return stringify({
    global: { scrape_interval: "1s", scrape_timeout: "1s" },
    storage,
    scrape_configs: [
      ...Object.entries({ prometheus: own, loki, grafana }).map(([name, target]) =>
        job(name, target, "/metrics", { service: ownService }),
      ),
      ...Object.entries(exporters).map(([name, { labels }]) => job(name, exporter, `/${name}`, labels)),
    ],
  });
};

/** A real Prometheus of its own on the loopback. */
export class Prometheus {
  #folder = "";
  #child: ChildProcess | undefined;

  /**
   * @param programs the folder of the binaries
   * @param before what it knows from the start, as OpenMetrics with times
   * @returns its URL
   */
  async start(programs: string, scraped: Scraped, before: string): Promise<string> {
    this.#folder = await mkdtemp(join(tmpdir(), "watchpost-prometheus-"));
    const [data, known, config] = ["data", "known.txt", "prometheus.yml"].map((name) => join(this.#folder, name));
    await writeFile(known as string, before);
    await run(join(programs, "promtool"), ["tsdb", "create-blocks-from", "openmetrics", `${known}`, `${data}`]);
    const own = `127.0.0.1:${await freePort()}`;
    await writeFile(config as string, configOf(own, scraped));
    this.#child = await startChild({
      program: join(programs, "prometheus"),
      args: [`--config.file=${config}`, `--storage.tsdb.path=${data}`, `--web.listen-address=${own}`],
      ready: `http://${own}/-/ready`,
    });
    return `http://${own}`;
  }

  async stop(): Promise<void> {
    await stopChild(this.#child);
    if (this.#folder) await rm(this.#folder, { recursive: true, maxRetries: 3 });
  }
}
