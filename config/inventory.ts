import { RE2JS } from "re2js";
import * as z from "zod";
import { container, duration, expected, hostPort, label, name, path, unit, urlSuchAs, userName } from "./values.ts";

/** What answers at a target: it decides which of its metrics are kept, and by which it is known. */
export const kinds = ["prometheus", "envoy", "authentik", "zrepl"] as const;
export type Kind = (typeof kinds)[number];

const scrape = {
  targets: z.array(hostPort).min(1, "expected at least one target"),
  kind: z.enum(kinds).default("prometheus"),
  /** By default the kind's: /stats/prometheus for Envoy, /metrics for all others. */
  path: path.optional(),
  scheme: z.enum(["http", "https"]).default("http"),
  interval: duration.default("30s"),
  /** Samples that one scrape of a target may have; one with more fails. By default the kind's: 200,000 for Envoy, 20,000 for all others. */
  sampleLimit: z.int().min(1).max(10_000_000).optional(),
  labels: z.record(label, z.string()).default({}),
  /** Who scrapes; by default Alloy for the host's loopback, which the pod cannot reach, and Prometheus for the rest. */
  by: z.enum(["alloy", "prometheus"]).optional(),
};

/** Targets that belong to no service of the inventory. */
export const job = z.strictObject(scrape);

/** How many lines journald takes in an interval before it drops the rest; burst 0 takes all. */
export const rateLimit = { interval: duration.default("30s"), burst: z.int().min(0) };

/** One service: what of the host is part of it, and where it answers. */
export const service = z.strictObject({
  /** Whose systemd and podman run it; root for the system's own. */
  user: userName.default("root"),
  /** Its units; without units and containers, all that its user runs. */
  units: z.array(unit).default([]),
  containers: z.array(container).default([]),
  /** In place of `journal.rateLimit`; journald counts all rootless services of a user as one. */
  rateLimit: z.strictObject(rateLimit).optional(),
  /** Where it gives metrics; its scrape job has the service's name. */
  metrics: job.optional(),
  /** Answered with 2xx while it is well, as seen on the host. */
  health: urlSuchAs("http://127.0.0.1:8080/healthz").optional(),
  /** As its users reach it from outside. */
  url: urlSuchAs("https://shop.example.org/").optional(),
});

// Loki and Alloy match by RE2: what JavaScript takes beyond it, such as a lookahead, they refuse
const regex = z.string("expected a regular expression").superRefine((text, context) => {
  try {
    RE2JS.compile(text);
  } catch (cause) {
    const why = (cause as Error).message.replace(/^error parsing regexp: /, "");
    context.addIssue({ code: "custom", message: `expected a regular expression (RE2 syntax): ${why}` });
  }
});

const dropRule = z.strictObject({
  service: name.optional(),
  user: userName.optional(),
  unit: unit.optional(),
  container: container.optional(),
  /** What a line holds that is not to be stored. */
  match: regex,
});

export const logs = z.strictObject({
  /** Lines that are not stored; the reason under which Alloy counts them is the rule's name. */
  drop: z.record(name, dropRule).default({}),
  /** Fields of the journal that become labels beside those that Watchpost sets: label to field. */
  labels: z
    .record(label, expected("a field of the journal such as SYSLOG_IDENTIFIER", /^_{0,2}[A-Z][A-Z0-9_]*$/))
    .default({}),
});

export type ScrapeJob = z.output<typeof job>;

/** Where the metrics of a job are. */
export const metricsPath = ({ kind, path }: Pick<ScrapeJob, "kind" | "path">): string =>
  path ?? (kind === "envoy" ? "/stats/prometheus" : "/metrics");
export type Service = z.output<typeof service>;
export type Logs = z.output<typeof logs>;
