import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { allRules } from "../../../components/rules/index.ts";
import { knownMetrics } from "../../queries/known-metrics.ts";
import type { RuleCases } from "../../rules/cases.ts";

/** The jobs of a host that are not there beside the tests, and whose metrics each has. */
export const exporters: Record<string, { metrics: string[]; labels?: Record<string, string> }> = {
  node: { metrics: ["node", "collector", "cgroups"] },
  alloy: { metrics: ["alloy"] },
  edge: { metrics: ["envoy"], labels: { service: "edge" } },
  auth: { metrics: ["authentik"], labels: { service: "auth" } },
  zrepl: { metrics: ["zrepl"] },
};

/** What labels are where nothing else is known of them. */
const usual: Record<string, string[]> = {
  le: ["0.1", "1", "+Inf"],
  mode: ["idle", "user", "system", "iowait", "steal"],
  state: ["active", "failed"],
  name: ["shop-web.service"],
  device: ["vda"],
  mountpoint: ["/"],
  fstype: ["ext4", "zfs"],
  pool: ["tank"],
};

const owner = (service: string, container: string): Record<string, string[]> => ({
  user: [service],
  unit: [`${container}.service`],
  container: [container],
  // added by the stack's own rules wherever there is a user
  service: [service],
});
const owners = [owner("shop", "shop-web"), owner("watchpost", "watchpost-loki")];

/** All series of a metric, by their labels as text. */
const seriesOf = (metric: string, labels: string[]): string[] => {
  const owned = labels.includes("user") && !metric.startsWith("watchpost_");
  const all = owned ? [...labels, "service"] : labels;
  return owners.flatMap((own) =>
    all.reduce<string[]>(
      (texts, label) => {
        const values = own[label] ?? usual[label] ?? ["x"];
        return texts.flatMap((text) => values.map((value) => `${text}${text && ","}${label}="${value}"`));
      },
      [""],
    ),
  );
};

/** The series that the rules' cases tell of, without those of the scrape: their labels have values that are real. */
const ofCases = (cases: Map<string, RuleCases>): Map<string, Set<string>> => {
  const found = new Map<string, Set<string>>();
  for (const { name } of allRules)
    for (const one of Object.values(cases.get(name)?.cases ?? {}))
      for (const series of "series" in one ? Object.keys(one.series) : []) {
        const [, metric = "", labels = ""] = /^([^{]+)(?:\{(.*)\})?$/.exec(series) ?? [];
        const own = labels.replace(/\b(job|instance|service)="[^"]*",?/g, "").replace(/,$/, "");
        found.set(metric, (found.get(metric) ?? new Set()).add(own));
      }
  return found;
};

/** What is worth a value of its own: seconds since the start to the value. */
const special: Record<string, (seconds: number) => number> = {
  podman_container_state: () => 2,
  podman_container_health: () => 0,
  node_filesystem_readonly: () => 0,
  node_filesystem_size_bytes: () => 2e9,
  node_filesystem_avail_bytes: (seconds) => 1e9 - seconds * 1000,
};

// times are those of a minute ago, and whatever counts has counted on
const valueNow = (metric: string, seconds: number): number => {
  if (special[metric]) return special[metric](seconds);
  if (/_timestamp_seconds$|_boot_time_seconds$|_last_successful$/.test(metric)) return Date.now() / 1000 - 60;
  return /_(total|count|sum|bucket)$|_rq|_cx/.test(metric) ? seconds : 1;
};

/**
 * Serves every metric that the exporters of a host are known to have, with made-up values: a stand-in for a host, by
 * which queries are asked; it says nothing of what they find on a real one.
 */
export class Exporter {
  readonly #began = Date.now();
  readonly #series = new Map<string, string[]>();
  readonly #set = new Map<string, number>();
  readonly #server = createServer(({ url = "" }, response) =>
    response.setHeader("Content-Type", "text/plain; version=0.0.4").end(this.#page(url.slice(1))),
  );

  constructor(cases: Map<string, RuleCases>) {
    const real = ofCases(cases);
    for (const { name, labels } of knownMetrics)
      this.#series.set(name, [...new Set([...seriesOf(name, labels), ...(real.get(name) ?? [])])]);
  }

  /** Gives a series a value: `node_vmstat_oom_kill`, or with its labels in the order in which it has them. */
  set(series: string, value: number): void {
    this.#set.set(series, value);
  }

  #page(job: string): string {
    const wanted = exporters[job]?.metrics ?? [];
    const seconds = (Date.now() - this.#began) / 1000;
    return knownMetrics
      .filter(({ exporter }) => wanted.includes(exporter))
      .flatMap(({ name }) =>
        (this.#series.get(name) ?? []).map((labels) => {
          const series = labels ? `${name}{${labels}}` : name;
          return `${series} ${this.#set.get(series) ?? valueNow(name, seconds)}\n`;
        }),
      )
      .join("");
  }

  /** @returns its host:port */
  async start(): Promise<string> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
