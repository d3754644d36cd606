import type { Config } from "../../config/config.ts";
import { escapeRegex } from "../scrape/metric-rules.ts";
import { undeclared } from "../scrape/service-labels.ts";
import type { Questions } from "./ask.ts";
import { type ExpectedService, type ExpectedTarget, usersOf } from "./expected.ts";
import { window } from "./host-facts.ts";

/** A container as the collector's metrics have it. */
export interface SeenContainer {
  user: string;
  name: string;
  service: string;
  /** Prometheus-podman-exporter's codes: 2 is running, 5 exited. */
  state: number;
  /** -1 without a health check, 0 healthy, 1 unhealthy, 2 starting. */
  health: number;
  exitCode: number;
}

/** What Loki and Prometheus have. */
export interface Seen {
  /** What a store said in place of an answer, by its name. */
  silent: Map<"Loki" | "Prometheus", string>;
  /** When the newest line of a service was written, in milliseconds since 1970, by `SERVICE SOURCE`. */
  lines: Map<string, number>;
  /** By `keyOf`: whether a target is up, when that was seen (seconds since 1970), how many samples it gave. */
  up: Map<string, boolean>;
  scraped: Map<string, number>;
  samples: Map<string, number>;
  /** The metrics by which targets are known, as `METRIC KEY`. */
  proofs: Set<string>;
  containers: SeenContainer[];
  /** The state of each unit, by `USER UNIT`. */
  units: Map<string, string>;
  /** When the host's collector ended its last run, in seconds since 1970; 0 when it never did. */
  collected: number;
}

/** One target among all. */
export const keyOf = ({ job = "", instance = "" }: Partial<ExpectedTarget>): string => `${job} ${instance}`;

const sources = ["journal", "ctr.log"] as const;

const oneOf = (names: string[]) => JSON.stringify([...new Set(names)].map(escapeRegex).join("|"));

/** What is asked of Loki and Prometheus of the services of a host. */
export const storeQuestions = (asked: ExpectedService[], config: Config, host: string): Questions => {
  const on = `host=${JSON.stringify(host)}`;
  const users = oneOf(usersOf(asked));
  const units = asked.flatMap(({ units }) => units);
  const systemUnits = oneOf(units.filter(({ user }) => user === "root").map(({ name }) => name));
  const proofs = oneOf(asked.flatMap(({ targets }) => targets.flatMap(({ proof }) => proof ?? [])));
  const queries = {
    up: `{__name__=~"up|scrape_samples_scraped",${on}}`,
    scraped: `timestamp(up{${on}})`,
    proofs: `count by (__name__, job, instance) ({__name__=~${proofs},${on}})`,
    containers: `{__name__=~"podman_container_(state|health|exit_code)",${on}}`,
    units: `systemd_user_unit_state{${on},user=~${users}} == 1 or node_systemd_unit_state{${on},name=~${systemUnits}} == 1`,
    collected: `watchpost_collector_last_run_timestamp_seconds{${on}}`,
  };
  const withLogs = asked.filter(({ hasLogs }) => hasLogs);
  return {
    bodies: [
      ...Object.entries(queries).map(([name, query]) => ({
        name,
        address: config.prometheus.listen,
        path: `/api/v1/query?query=${encodeURIComponent(query)}`,
      })),
      ...withLogs.flatMap(({ name }) =>
        sources.map((source) => {
          const query = `{${on},service=${JSON.stringify(name)},source=${JSON.stringify(source)}}`;
          const options = `since=${window + 1}h&limit=1&direction=backward`;
          return {
            name: `lines ${name} ${source}`,
            address: config.loki.listen,
            path: `/loki/api/v1/query_range?${options}&query=${encodeURIComponent(query)}`,
          };
        }),
      ),
    ],
  };
};

interface Sample {
  metric: Record<string, string>;
  value: [time: number, text: string];
}
interface Stream {
  values: [nanoseconds: string, line: string][];
}

/** `data.result` of an answer of Prometheus or Loki; undefined for whatever else was said. */
const result = <T>(text: string | undefined): T[] | undefined => {
  try {
    return JSON.parse(text ?? "").data.result;
  } catch {
    return undefined;
  }
};

const containersOf = (samples: Sample[]): SeenContainer[] =>
  [...Map.groupBy(samples, ({ metric }) => `${metric.user} ${metric.container}`).values()].map((of) => {
    const read = (name: string) =>
      Number(of.find(({ metric }) => metric.__name__ === `podman_container_${name}`)?.value[1] ?? -1);
    const { user = "", container: name = "", service = "" } = of[0]?.metric ?? {};
    return { user, name, service, state: read("state"), health: read("health"), exitCode: read("exit_code") };
  });

/** The containers that are part of no declared service, as `USER/CONTAINER`. */
export const undeclaredOf = ({ containers }: Seen): string[] =>
  containers
    .filter(({ service }) => service === undeclared)
    .map(({ user, name }) => `${user}/${name}`)
    .sort();

/** The answers to `storeQuestions`. */
export const readSeen = (answers: Map<string, string>): Seen => {
  const silent: Seen["silent"] = new Map();
  const samples = (name: string): Sample[] => {
    const found = result<Sample>(answers.get(name));
    if (!found) silent.set("Prometheus", answers.get(name) ?? "");
    return found ?? [];
  };
  const lines = [...answers].flatMap(([name, text]) => {
    if (!name.startsWith("lines ")) return [];
    const found = result<Stream>(text);
    if (!found) silent.set("Loki", text);
    const times = (found ?? []).flatMap(({ values }) => values.map(([time]) => Number(time) / 1e6));
    return times.length > 0 ? [[name.slice("lines ".length), Math.max(...times)] as const] : [];
  });
  const numbers = (of: Sample[]) => new Map(of.map(({ metric, value }) => [keyOf(metric), Number(value[1])]));
  const ofScrapes = Map.groupBy(samples("up"), ({ metric }) => metric.__name__);
  return {
    silent,
    lines: new Map(lines),
    up: new Map([...numbers(ofScrapes.get("up") ?? [])].map(([key, value]) => [key, value === 1])),
    scraped: numbers(samples("scraped")),
    samples: numbers(ofScrapes.get("scrape_samples_scraped") ?? []),
    proofs: new Set(samples("proofs").map(({ metric }) => `${metric.__name__} ${keyOf(metric)}`)),
    containers: containersOf(samples("containers")),
    units: new Map(
      samples("units").map(({ metric: { user = "root", unit, name, state = "" } }) => [
        `${user} ${unit ?? name}`,
        state,
      ]),
    ),
    collected: Number(samples("collected")[0]?.value[1] ?? 0),
  };
};
