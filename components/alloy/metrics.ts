import type { Config } from "../../config/config.ts";
import { collectorFolder } from "../collector/folder.ts";
import type { Job } from "../scrape/jobs.ts";
import { scrapeLimits } from "../scrape/limits.ts";
import { keepRules } from "../scrape/metric-rules.ts";
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
      unit_exclude:
        ".+\\.(automount|device|mount|scope|slice|target|swap|path)|systemd-.*@.*|watchpost-look.*|[0-9a-f]{64}.*",
    }),
    block("textfile", { directory: `/host${collectorFolder}/metrics` }),
  ],
);

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
      ...scrapeLimits(job),
      forward_to: [ref(rules.length > 0 ? `prometheus.relabel.${name}.receiver` : receiver)],
    }),
    ...(rules.length > 0
      ? [component("prometheus.relabel", name, { forward_to: [ref(receiver)] }, ruleBlocks(rules))]
      : []),
  ];
};

/** All that Alloy measures and scrapes, to one receiver: the host, with what the collector found, and the jobs on its loopback. */
export const metricBlocks = (config: Config, host: string, jobs: Job[], receiver: string): Block[] => {
  const interval = config.prometheus.scrapeInterval;
  const services = "prometheus.relabel.services.receiver";
  return [
    nodeExporter,
    ...scrapeOwn("node", "prometheus.exporter.unix.host", host, interval, services),
    component("prometheus.relabel", "services", { forward_to: [ref(receiver)] }, ruleBlocks(serviceRules(config))),
    ...jobs.flatMap((job) => scrape(job, receiver)),
  ];
};
