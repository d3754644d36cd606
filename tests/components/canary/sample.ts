import type { ExpectedService } from "../../../components/canary/expected.ts";
import { expectedOf } from "../../../components/canary/expected.ts";
import type { HostFacts } from "../../../components/canary/host-facts.ts";
import { proveAll } from "../../../components/canary/proof.ts";
import type { Seen } from "../../../components/canary/stores.ts";
import type { Reasons } from "../../../components/canary/targets.ts";
import { configWith } from "../../config/sample.ts";

export const host = "web";

/** An inventory with a service of each sort. */
export const services = {
  shop: { user: "shop", containers: ["shop-web", "shop-worker"], units: ["shop-backup.service"] },
  press: { user: "press" },
  zrepl: { units: ["zrepl.service"], metrics: { kind: "zrepl", targets: ["127.0.0.1:9811"] } },
};
export const scrape = { db: { targets: ["127.0.0.1:9187", "db.example.org:9187"], path: "/db/metrics" } };
export const config = configWith({ services, scrape });
export const all = expectedOf(config, host);

export const one = (name: string): ExpectedService => {
  const found = all.find((service) => service.name === name);
  if (!found) throw new RangeError(`no service ${name}`);
  return found;
};

const begun = 1_790_000_000;

/** What is seen of a host where all is well. */
export const wellSeen = (): Seen => {
  const targets = all.flatMap(({ targets }) => targets);
  const keys = targets.map(({ job, instance }) => `${job} ${instance}`);
  const container = (user: string, name: string, service: string) => ({
    user,
    name,
    service,
    state: 2,
    health: -1,
    exitCode: 0,
  });
  return {
    silent: new Map(),
    lines: new Map(["watchpost", "shop", "zrepl"].map((name) => [`${name} journal`, (begun - 3) * 1000])),
    up: new Map(keys.map((key) => [key, true])),
    scraped: new Map(keys.map((key) => [key, begun + 1])),
    samples: new Map(keys.map((key) => [key, 40])),
    proofs: new Set(targets.map(({ proof, job, instance }) => `${proof} ${job} ${instance}`)),
    containers: [
      ...["grafana", "loki", "prometheus"].map((name) => container("watchpost", `watchpost-${name}`, "watchpost")),
      container("root", "watchpost-alloy", "watchpost"),
      container("shop", "shop-web", "shop"),
      container("shop", "shop-worker", "shop"),
      container("press", "press-web", "press"),
    ],
    units: new Map(
      ["watchpost watchpost-pod.service", "root watchpost-collector.timer", "root zrepl.service"]
        .concat("shop shop-backup.service")
        .map((key) => [key, "active"]),
    ),
    collected: begun + 1,
  };
};

/** What the host of the same knows. */
export const wellKnown = (): HostFacts => ({
  begun,
  users: new Set(["root", "watchpost", "shop", "press"]),
  written: new Map([["shop journal", (begun - 3) * 1000]]),
  units: new Map(),
});

export const noReasons: Reasons = { heads: new Map(), errors: new Map() };

/** The proof of all, with what a test spoils. */
export const proofWith = (
  spoil: (seen: Seen, facts: HostFacts) => void = () => {},
  reasons: Reasons = noReasons,
  asked = all,
) => {
  const [seen, facts] = [wellSeen(), wellKnown()];
  spoil(seen, facts);
  return proveAll({ asked, facts, seen, reasons }, config);
};

/** Its problems as a person reads them. */
export const saidOf = ({ problems }: ReturnType<typeof proofWith>): string[] =>
  problems.map(({ path, message }) => `${path}: ${message}`);
