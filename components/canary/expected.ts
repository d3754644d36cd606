import { ownJobs } from "../../config/checks/inventory.ts";
import type { Config, Server } from "../../config/config.ts";
import type { Kind, ScrapeJob } from "../../config/inventory.ts";
import { ownParts } from "../../config/listen.ts";
import { collectorUnit } from "../collector/units.ts";
import { podUnit } from "../pod/containers.ts";
import { builtIn, type Job, ownService, scrapeJobs } from "../scrape/jobs.ts";
import { ownProofs } from "../scrape/kinds.ts";

/** A target that has to be up, and to be what it is said to be. */
export interface ExpectedTarget extends Pick<Job, "job" | "by" | "scheme" | "path" | "interval" | "proof"> {
  /** Where the config has it; of the stack's own, the stack. */
  place: string;
  instance: string;
  /** host:port as its scraper reaches it; empty for what Alloy measures by itself. */
  address: string;
  /** The name of its kind, and what has to answer there, for a person. */
  isA?: { kind: string; what: string };
}

/** A unit or a container, and where the config has it. */
export interface ExpectedPart {
  place: string;
  user: string;
  name: string;
}

/** What has to be seen of a service; of a scrape job beside the inventory only its targets. */
export interface ExpectedService {
  name: string;
  /** Where the config has it. */
  place: string;
  /** Set where it is all that its user runs. */
  allOf?: string;
  hasLogs: boolean;
  targets: ExpectedTarget[];
  containers: ExpectedPart[];
  units: ExpectedPart[];
}

const kinds: Record<Exclude<Kind, "prometheus">, string> = {
  envoy: "Envoy's admin interface, by default on port 9901",
  authentik: "authentik's metrics, by default on port 9300",
  zrepl: "zrepl's monitoring listener, by default on port 9811",
};

// in the order of the config, also where two scrapers share a job
const targetsOf = (jobs: Job[], place: string, { kind, targets }: ScrapeJob): ExpectedTarget[] =>
  jobs
    .flatMap(({ targets, ...job }) => targets.map((target) => ({ ...job, ...target })))
    .map((target) => ({ target, index: targets.indexOf(target.address) }))
    .sort((a, b) => a.index - b.index)
    .map(({ target, index }) => ({
      ...target,
      place: `${place}.targets.${index}`,
      ...(kind === "prometheus" ? {} : { isA: { kind, what: kinds[kind] } }),
    }));

const ownTargets = (config: Config, jobs: Job[], host: string): ExpectedTarget[] => {
  const inAlloy = { by: "alloy", scheme: "http", path: "", interval: config.prometheus.scrapeInterval } as const;
  return [
    ...builtIn.map((job) => ({
      ...inAlloy,
      job,
      ...(ownProofs[job] ? { proof: ownProofs[job] } : {}),
      targets: [{ address: "", instance: host }],
    })),
    ...jobs.filter(({ job }) => ownJobs.has(job)),
  ].flatMap(({ targets, ...job }) =>
    targets.map((target) => ({
      ...job,
      ...target,
      place: ownService,
      isA: { kind: job.job, what: `Watchpost's ${job.job}` },
    })),
  );
};

const own = (config: Config, jobs: Job[], host: string): ExpectedService => {
  const part = (user: string, name: string): ExpectedPart => ({ place: ownService, user, name });
  return {
    name: ownService,
    place: ownService,
    hasLogs: true,
    targets: ownTargets(config, jobs, host),
    containers: ownParts(config).map((name) => part(name === "alloy" ? "root" : config.pod.user, `watchpost-${name}`)),
    units: [part(config.pod.user, podUnit), part("root", collectorUnit)],
  };
};

/** What has to be seen of a host: the stack's own, each service, each scrape job beside those. */
export const expectedOf = (config: Config, host: Server["name"]): ExpectedService[] => {
  const jobs = scrapeJobs(config, host);
  const of = (name: string) => jobs.filter(({ job }) => job === name);
  const parts = (user: string, names: string[], place: string) =>
    names.map((name, index) => ({ place: `${place}.${index}`, user, name }));
  return [
    own(config, jobs, host),
    ...Object.entries(config.services).map(([name, { user, units, containers, metrics }]) => {
      const place = `services.${name}`;
      return {
        name,
        place,
        ...(units.length + containers.length === 0 ? { allOf: user } : {}),
        hasLogs: true,
        targets: metrics ? targetsOf(of(name), `${place}.metrics`, metrics) : [],
        containers: parts(user, containers, `${place}.containers`),
        units: parts(user, units, `${place}.units`),
      };
    }),
    ...Object.entries(config.scrape).map(([name, scrape]) => ({
      name,
      place: `scrape.${name}`,
      hasLogs: false,
      targets: targetsOf(of(name), `scrape.${name}`, scrape),
      containers: [],
      units: [],
    })),
  ];
};

/** The users whose containers and units are asked after. */
export const usersOf = (services: ExpectedService[]): string[] => [
  ...new Set(
    services.flatMap(({ allOf, containers, units }) => [
      ...(allOf ? [allOf] : []),
      ...[...containers, ...units].map(({ user }) => user),
    ]),
  ),
];
