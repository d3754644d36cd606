import type { Config } from "../config.ts";
import { enabled, isLoopback, splitHostPort } from "../config-checks.ts";

/** A scrape job: one kind of target. `job` and `instance` are the same in metrics, logs, dashboards and alerts. */
export interface Job {
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

const own = (config: Config, host: string): Job[] => {
  const base = {
    scheme: "http",
    path: "/metrics",
    interval: config.prometheus.scrapeInterval,
    labels: { host },
  } as const;
  return enabled(config).map((job) => ({
    ...base,
    job,
    // the pod's containers share one network, the host's loopback is out of its reach
    by: job === "alloy" ? "alloy" : "prometheus",
    targets: [{ address: job === "alloy" ? config.alloy.listen : `127.0.0.1:${podPorts[job]}`, instance: host }],
  }));
};

/** All jobs of a server: the stack's own parts, then the user's, each put where its targets can be reached. */
export const scrapeJobs = (config: Config, host: string): Job[] => [
  ...own(config, host),
  ...Object.entries(config.scrape).flatMap(([job, { targets, path, scheme, interval, labels, by }]) => {
    const of = (scraper: Job["by"], addresses: string[]): Job[] =>
      addresses.length === 0
        ? []
        : [
            {
              job,
              by: scraper,
              scheme,
              path,
              interval,
              labels: { host, ...labels },
              targets: addresses.map((address) => ({ address, instance: address })),
            },
          ];
    const local = (address: string) => isLoopback(splitHostPort(address).host);
    if (by) return of(by, targets);
    return [
      ...of("alloy", targets.filter(local)),
      ...of(
        "prometheus",
        targets.filter((target) => !local(target)),
      ),
    ];
  }),
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

/** How many targets each job has; the host's own metrics are a job that Alloy has by itself. */
export const targetCounts = (jobs: Job[]): Record<string, number> => {
  const counts: Record<string, number> = { node: 1 };
  for (const { job, targets } of jobs) counts[job] = (counts[job] ?? 0) + targets.length;
  return counts;
};
