import type { Config } from "../../config/config.ts";
import { collectorFolder } from "../collector/folder.ts";
import type { Job } from "../scrape/jobs.ts";
import { keepRules, ofScrapes, type RelabelRule } from "../scrape/metric-rules.ts";
import { serviceRules } from "../scrape/service-labels.ts";
import { ruleBlocks } from "./logs.ts";
import { type AlloyValue, type Block, block, component, ref } from "./syntax.ts";

const mountsExclude =
  "^/(dev|proc|sys|run/(user|credentials|netns|containers|lock)/?.*|var/lib/containers/.+|.+/containers/storage/.+)($|/)";
const typesExclude =
  "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fuse.*|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|pstore|ramfs|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tmpfs|tracefs)$";
const virtualDevices = "^(veth.*|podman.*|cni.*|lo|tap.*)$";
const notThere = "ipvs btrfs infiniband xfs nfs nfsd fibrechannel tapestats bonding dmi";

// Alloy refuses a timeout, 10s by default, that is longer than the interval
const timing = (interval: string) => ({
  scrape_interval: interval,
  ...(/^([1-9]s|[0-9]{1,4}ms)$/.test(interval) ? { scrape_timeout: interval } : {}),
});

/** Scrapes what Alloy itself exports, under the host's name. */
const scrapeOwn = (job: string, exporter: string, host: string, interval: string, receiver: string): Block[] => [
  component(
    "discovery.relabel",
    job,
    { targets: ref(`${exporter}.targets`) },
    ruleBlocks([
      { target_label: "job", replacement: job },
      { target_label: "instance", replacement: host },
      { target_label: "host", replacement: host },
    ]),
  ),
  component("prometheus.scrape", job, {
    targets: ref(`discovery.relabel.${job}.output`),
    job_name: job,
    ...timing(interval),
    forward_to: [ref(receiver)],
  }),
];

const nodeExporter = component(
  "prometheus.exporter.unix",
  "host",
  {
    rootfs_path: "/host",
    procfs_path: "/host/proc",
    sysfs_path: "/host/sys",
    udev_data_path: "/host/run/udev/data",
    enable_collectors: ["systemd", "processes"],
    disable_collectors: notThere.split(" "),
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
    block("textfile", { directory: `/host${collectorFolder}/metrics` }),
  ],
);

/** CPU, memory and IO of each unit; nothing that grows with CPUs, disks or processes. */
export const cgroupKeep = [
  "container_cpu_(usage_seconds_total|cfs_periods_total|cfs_throttled_periods_total)",
  "container_memory_(working_set_bytes|rss|max_usage_bytes)",
  "container_spec_memory_limit_bytes",
  "container_oom_events_total",
  "container_fs_(reads|writes)_bytes_total",
  "container_processes",
].join("|");

// a unit's own cgroup, and that of a container that has no unit; what lies below is part of it
const cgroupUnit = "(system|machine)\\.slice/(?:.*/)?|user\\.slice/user-[0-9]+\\.slice/user@[0-9]+\\.service/(?:.*/)?";
const cgroups = `/(?:${cgroupUnit})([^/]+\\.service|libpod-[0-9a-f]{64}\\.scope)`;

const cgroupRules = ruleBlocks([
  {
    source_labels: ["__name__", "id"],
    regex: `(${cgroupKeep});${cgroups}|(${ofScrapes}|cadvisor_version_info);`,
    action: "keep",
  },
  {
    source_labels: ["id"],
    regex: ".*/[0-9a-f]{64}-[0-9a-f]+\\.service|.*\\.service/.*libpod-.*\\.service",
    action: "drop",
  },
  { source_labels: ["id"], regex: "/(system|machine)\\.slice/.*", target_label: "user", replacement: "root" },
  {
    source_labels: ["id"],
    regex: "/user\\.slice/user-([0-9]+)\\.slice/.*",
    target_label: "user",
    replacement: "uid-$1",
  },
  { source_labels: ["id"], regex: ".*/([^/]+)", target_label: "unit" },
  { regex: "id|name|image|cpu|device", action: "labeldrop" },
]);

// a container without a unit has its id for a name: it goes by its container's, or not at all
const scopeRules: RelabelRule[] = [
  { source_labels: ["unit", "container"], regex: "libpod-[0-9a-f]{64}\\.scope;", action: "drop" },
  { source_labels: ["unit"], regex: "libpod-[0-9a-f]{64}\\.scope", target_label: "unit", replacement: "libpod.scope" },
];

const cgroupExporter = component("prometheus.exporter.cadvisor", "cgroups", {
  store_container_labels: false,
  enabled_metrics: ["cpu", "memory", "diskIO", "oom_event", "process"],
  storage_duration: "1m",
});

// a component's label takes no hyphen
const labelOf = (job: string) => job.replaceAll("-", "_");

const scrape = (job: Job, receiver: string): Block[] => {
  const name = `job_${labelOf(job.job)}`;
  const rules = keepRules(job);
  const targets = job.targets.map(
    ({ address, instance }): AlloyValue => ({ ...job.labels, __address__: address, instance, job: job.job }),
  );
  return [
    component("prometheus.scrape", name, {
      targets,
      job_name: job.job,
      scheme: job.scheme,
      metrics_path: job.path,
      params: job.params,
      ...timing(job.interval),
      forward_to: [ref(rules.length > 0 ? `prometheus.relabel.${name}.receiver` : receiver)],
    }),
    ...(rules.length > 0
      ? [component("prometheus.relabel", name, { forward_to: [ref(receiver)] }, ruleBlocks(rules))]
      : []),
  ];
};

/** All that Alloy measures and scrapes, to one receiver: the host, its cgroups, the jobs on its loopback. */
export const metricBlocks = (config: Config, host: string, jobs: Job[], receiver: string): Block[] => {
  const interval = config.prometheus.scrapeInterval;
  const services = "prometheus.relabel.services.receiver";
  return [
    nodeExporter,
    ...scrapeOwn("node", "prometheus.exporter.unix.host", host, interval, services),
    cgroupExporter,
    ...scrapeOwn(
      "cadvisor",
      "prometheus.exporter.cadvisor.cgroups",
      host,
      interval,
      "prometheus.relabel.cgroups.receiver",
    ),
    component(
      "prometheus.relabel",
      "cgroups",
      { forward_to: [ref("host.metric_names.cgroups.receiver")] },
      cgroupRules,
    ),
    component("host.metric_names", "cgroups", { forward_to: [ref(services)] }),
    component(
      "prometheus.relabel",
      "services",
      { forward_to: [ref(receiver)] },
      ruleBlocks([...scopeRules, ...serviceRules(config)]),
    ),
    ...jobs.flatMap((job) => scrape(job, receiver)),
  ];
};
