import type { Config } from "../config.ts";
import { journalBlocks } from "./alloy-journal.ts";
import { type AlloyValue, type Block, block, component, ref, renderAlloy } from "./alloy-syntax.ts";
import type { Job } from "./scrape-jobs.ts";
import { urls } from "./urls.ts";

/** What is of this host in its Alloy. */
export interface AlloySettings {
  /** The host's name in the config: the label `host` of every line and sample. */
  host: string;
  /** Service users by uid, for the label `user`. */
  users: Record<number, string>;
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
    }),
  ]),
  component("prometheus.remote_write", "server", {}, [
    block("endpoint", { url: prometheusRemoteWriteUrl }, [
      block("queue_config", { max_shards: 4, max_backoff: "10s" }),
    ]),
    block("wal", { truncate_frequency: "15m", max_keepalive_time: "2h" }),
  ]),
];

const mountsExclude =
  "^/(dev|proc|sys|run/(user|credentials|netns|containers|lock)/?.*|var/lib/containers/.+|.+/containers/storage/.+)($|/)";
const typesExclude =
  "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fuse.*|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|pstore|ramfs|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tmpfs|tracefs)$";
const virtualDevices = "^(veth.*|podman.*|cni.*|lo|tap.*)$";

// Alloy refuses a timeout, 10s by default, that is longer than the interval
const timing = (interval: string) => ({
  scrape_interval: interval,
  ...(/^([1-9]s|[0-9]{1,4}ms)$/.test(interval) ? { scrape_timeout: interval } : {}),
});

const hostMetrics = ({ host }: AlloySettings, interval: string): Block[] => [
  component(
    "prometheus.exporter.unix",
    "host",
    {
      rootfs_path: "/host",
      procfs_path: "/host/proc",
      sysfs_path: "/host/sys",
      udev_data_path: "/host/run/udev/data",
      enable_collectors: ["systemd", "processes"],
      disable_collectors: [
        "ipvs",
        "btrfs",
        "infiniband",
        "xfs",
        "nfs",
        "nfsd",
        "fibrechannel",
        "tapestats",
        "bonding",
        "dmi",
      ],
    },
    [
      block("filesystem", { mount_points_exclude: mountsExclude, fs_types_exclude: typesExclude }),
      block("netdev", { device_exclude: virtualDevices }),
      block("netclass", { ignored_devices: virtualDevices }),
      block("systemd", {
        enable_restarts: true,
        start_time: true,
        unit_exclude: ".+\\.(automount|device|mount|scope|slice|target|swap|path)|systemd-.*@.*|[0-9a-f]{64}.*",
      }),
    ],
  ),
  component("discovery.relabel", "node", { targets: ref("prometheus.exporter.unix.host.targets") }, [
    block("rule", { target_label: "job", replacement: "node" }),
    block("rule", { target_label: "instance", replacement: host }),
    block("rule", { target_label: "host", replacement: host }),
  ]),
  component("prometheus.scrape", "node", {
    targets: ref("discovery.relabel.node.output"),
    job_name: "node",
    ...timing(interval),
    forward_to: [ref("prometheus.remote_write.server.receiver")],
  }),
];

// a component's label takes no hyphen
const labelOf = (job: string) => job.replaceAll("-", "_");

const scrape = (job: Job): Block =>
  component("prometheus.scrape", `job_${labelOf(job.job)}`, {
    targets: job.targets.map(
      ({ address, instance }): AlloyValue => ({ ...job.labels, __address__: address, instance, job: job.job }),
    ),
    job_name: job.job,
    scheme: job.scheme,
    metrics_path: job.path,
    ...timing(job.interval),
    forward_to: [ref("prometheus.remote_write.server.receiver")],
  });

/** Alloy's config: the journal to Loki, the host's metrics and the jobs on the host's loopback to Prometheus. */
export const alloyConfig = (config: Config, settings: AlloySettings): string =>
  renderAlloy([
    block("logging", { level: "info", format: "logfmt" }),
    ...destinations(settings.host, urls(config)),
    ...journalBlocks(settings.users),
    ...hostMetrics(settings, config.prometheus.scrapeInterval),
    ...settings.jobs.filter(({ by }) => by === "alloy").map(scrape),
  ]);
