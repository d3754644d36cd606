import type { Config } from "../../config/config.ts";
import { collectorFolder } from "../collector/folder.ts";
import type { Job } from "../scrape/jobs.ts";
import { urls } from "../urls.ts";
import { logBlocks } from "./logs.ts";
import { metricBlocks } from "./metrics.ts";
import { type Block, block, component, renderAlloy } from "./syntax.ts";

/** What is of this host in its Alloy. */
export interface AlloySettings {
  /** The host's name in the config: the label `host` of every line and sample. */
  host: string;
  jobs: Job[];
}

const destinations = (host: string, { lokiPushUrl, prometheusRemoteWriteUrl }: ReturnType<typeof urls>): Block[] => [
  component("loki.write", "server", { external_labels: { host } }, [
    block("endpoint", {
      url: lokiPushUrl,
      // a short wait: a line is there to be queried within a second, and batches still fill up under load
      batch_wait: "100ms",
      // 0 is for ever: the journal is the buffer while Loki is away, and nothing is dropped
      max_backoff_retries: 0,
      max_backoff_period: "10s",
      // Loki has a budget of streams for each user and takes the rest of a batch: to wait until a full one has room again
      // would keep everybody's lines waiting
      retry_on_http_429: false,
    }),
  ]),
  component("prometheus.remote_write", "server", {}, [
    block("endpoint", { url: prometheusRemoteWriteUrl }, [
      block("queue_config", { max_shards: 4, max_backoff: "10s" }),
    ]),
    block("wal", { truncate_frequency: "15m", max_keepalive_time: "2h" }),
  ]),
];

// what only the host knows, users and their containers, comes from its collector and changes without a deployment
const names = component("import.file", "host", {
  filename: `/host${collectorFolder}/names.alloy`,
  detector: "poll",
  poll_frequency: "5s",
});

/** Alloy's config: all logs to Loki, the host's metrics and the jobs on the host's loopback to Prometheus. */
export const alloyConfig = (config: Config, { host, jobs }: AlloySettings): string =>
  renderAlloy([
    block("logging", { level: "info", format: "logfmt" }),
    ...destinations(host, urls(config)),
    names,
    ...logBlocks(config, "loki.write.server.receiver"),
    ...metricBlocks(
      config,
      host,
      jobs.filter(({ by }) => by === "alloy"),
      "prometheus.remote_write.server.receiver",
    ),
  ]);
