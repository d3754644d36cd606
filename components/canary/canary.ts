import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { ownJobs } from "../../config/checks/inventory.ts";
import type { Config, Server } from "../../config/config.ts";
import type { Host } from "../../providers/host.ts";
import { quote } from "../../providers/script.ts";
import type { AlloyContainer } from "../alloy/container.ts";
import { runOnHost } from "../host-bash.ts";
import { type ObservabilityPod, podUser } from "../pod/observability-pod.ts";
import { type Job, targetCounts, triageJob } from "../scrape/jobs.ts";

const source = ["./http.sh", "./canary.sh"]
  .map((file) => readFileSync(new URL(file, import.meta.url), "utf8"))
  .join("\n");

/** What the canary printed. */
export interface CanaryResult {
  /** From writing a journal line to having it back from Loki; null when it did not come back. */
  journalMs: number | null;
  /** The same for a line of a container, the start of the container included. */
  containerMs: number | null;
  /** Scrape targets that are up, of how many. */
  up: number;
  total: number;
}

export interface CanarySettings {
  host: string;
  /** Whose podman runs the canary's container; empty for root. */
  user: string;
  /** Prometheus's image: its promtool writes the line. */
  image: string;
  config: Config;
  /** How many targets of each job have to be up. */
  targets: Record<string, number>;
  /** How long each proof may take. @default 60 */
  seconds?: number;
}

/** The canary as bash for the host, to be run as root; it prints one `CanaryResult` and fails unless all came back. */
export const canaryScript = ({ host, user, image, config, targets, seconds = 60 }: CanarySettings): string => {
  const jobs = Object.keys(targets).join("|");
  const total = Object.values(targets).reduce((sum, count) => sum + count, 0);
  const { loki, prometheus } = config;
  const addresses = { loki: loki.listen, prometheus: prometheus.listen };
  const variables = { host, user, image, ...addresses, jobs, total, seconds };
  return `${Object.entries(variables)
    .map(([key, value]) => `${key}=${quote(String(value))}`)
    .join("\n")}\n${source}`;
};

export interface CanaryArgs {
  server: Server;
  host: Host;
  config: Config;
  jobs: Job[];
  pod: ObservabilityPod;
  alloy: AlloyContainer;
}

/** The proof as a step of the deployment: an `up` that changed something ends well only if the stack really works. */
export class Canary extends pulumi.ComponentResource {
  constructor(name: string, args: CanaryArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("watchpost:index:Canary", name, {}, opts);
    const { server, host, config, jobs, pod, alloy } = args;
    // a service of the user's that is down is no failed deployment; the triage comes after Grafana's rules, and after this
    const targets = targetCounts(jobs.filter(({ job }) => ownJobs.has(job) && job !== triageJob));
    const settings = { host: server.name, user: podUser(config), config, targets };
    runOnHost(
      `${name}-proof`,
      {
        server,
        host,
        script: pod.part("prometheus").image.imageId.apply((image) => canaryScript({ ...settings, image })),
        // proved anew whenever a unit is another one than at the last proof
        triggers: [pod, ...pod.parts.values(), alloy].map(({ unit }) => unit.revision),
      },
      { parent: this, dependsOn: [pod, alloy] },
    );
    this.registerOutputs({});
  }
}
