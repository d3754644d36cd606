import type { Config } from "../../config/config.ts";
import { isLoopback, splitHostPort } from "../../config/host-port.ts";
import { metricsPath, type ScrapeJob } from "../../config/inventory.ts";
import { ownParts } from "../../config/listen.ts";
import { triagePort } from "../triage/contact-point.ts";
import { defaultSampleLimit, ownProofs, type ScrapeKind, scrapeKinds } from "./kinds.ts";

/** A scrape job: one kind of target. `job` and `instance` are the same in metrics, logs, dashboards and alerts. */
export interface Job extends ScrapeKind {
  job: string;
  by: "alloy" | "prometheus";
  scheme: "http" | "https";
  path: string;
  interval: string;
  labels: Record<string, string>;
  targets: { address: string; instance: string }[];
}

/** Where the stack's own parts listen inside the pod. */
export const podPorts = { prometheus: 9090, loki: 3100, grafana: 3000 } as const;

/** The service that Watchpost itself is. */
export const ownService = "watchpost";

/** The job of the triage service, which is there where `triage.enabled` is set. */
export const triageJob = "triage";

const own = (config: Config, host: string): Job[] => {
  const inPod = { ...podPorts, [triageJob]: triagePort };
  return ownParts(config).map((job) => ({
    job,
    ...(ownProofs[job] ? { proof: ownProofs[job] } : {}),
    scheme: "http",
    path: "/metrics",
    interval: config.prometheus.scrapeInterval,
    sampleLimit: defaultSampleLimit,
    labels: { host, service: ownService },
    // the pod's containers share one network, the host's loopback is out of its reach
    by: job === "alloy" ? "alloy" : "prometheus",
    targets: [{ address: job === "alloy" ? config.alloy.listen : `127.0.0.1:${inPod[job]}`, instance: host }],
  }));
};

// one declared job is two where some of its targets are on the host's loopback and others are not
const declared = (job: string, scrape: ScrapeJob, host: string): Job[] => {
  const { targets, kind, scheme, interval, labels, by, sampleLimit = scrapeKinds[kind].sampleLimit } = scrape;
  const local = (address: string) => isLoopback(splitHostPort(address).host);
  const parts = by
    ? ([[by, targets]] as const)
    : ([
        ["alloy", targets.filter(local)],
        ["prometheus", targets.filter((target) => !local(target))],
      ] as const);
  return parts
    .filter(([, addresses]) => addresses.length > 0)
    .map(([by, addresses]) => ({
      ...scrapeKinds[kind],
      path: metricsPath(scrape),
      job,
      by,
      scheme,
      interval,
      sampleLimit,
      labels: { host, ...labels },
      targets: addresses.map((address) => ({ address, instance: address })),
    }));
};

/** All jobs of a server: the stack's own parts, the services', the others, each put where its targets can be reached. */
export const scrapeJobs = (config: Config, host: string): Job[] => [
  ...own(config, host),
  ...Object.entries(config.services).flatMap(([service, { metrics }]) =>
    metrics ? declared(service, { ...metrics, labels: { service, ...metrics.labels } }, host) : [],
  ),
  ...Object.entries(config.scrape).flatMap(([job, scrape]) => declared(job, scrape, host)),
];

/** Targets as static_configs: those whose instance is their address share a group. */
export const targetGroups = ({ targets, labels }: Job) => {
  const plain = targets.filter(({ address, instance }) => address === instance).map(({ address }) => address);
  return [
    ...(plain.length > 0 ? [{ targets: plain, labels }] : []),
    ...targets
      .filter(({ address, instance }) => address !== instance)
      .map(({ address, instance }) => ({ targets: [address], labels: { ...labels, instance } })),
  ];
};

/** The jobs that Alloy has by itself: the host's metrics. */
export const builtIn = ["node"] as const;

/** How many targets each job has. */
export const targetCounts = (jobs: Job[]): Record<string, number> => {
  const counts: Record<string, number> = Object.fromEntries(builtIn.map((job) => [job, 1]));
  for (const { job, targets } of jobs) counts[job] = (counts[job] ?? 0) + targets.length;
  return counts;
};
