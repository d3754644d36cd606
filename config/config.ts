import * as z from "zod";
import { localAccess } from "./access.ts";
import { alerting } from "./alerting.ts";
import type { Path } from "./encrypted.ts";
import { access } from "./grafana.ts";
import { job, logs, rateLimit, service } from "./inventory.ts";
import { triage } from "./triage.ts";
import {
  bytes,
  digest,
  duration,
  expected,
  home,
  hostKey,
  hostPort,
  httpUrl,
  image,
  memory,
  name,
  newUser,
  userName,
} from "./values.ts";
import { watch } from "./watch.ts";

/** An ssh server and the login used there. */
const sshServer = {
  /** DNS name or IP address. */
  address: expected("a DNS name or an IP address", /^[A-Za-z0-9.:_-]+$/),
  port: z.int().min(1).max(65535).default(22),
  /** root, or on the host itself a user with passwordless sudo. */
  user: userName.default("root"),
  hostKey,
  /** Encrypted with `pulumi config set --secret`; without it the ssh agent is asked. */
  privateKey: z.string().optional(),
};

const host = z.strictObject({
  ...sshServer,
  /** Jump hosts in the order in which they are connected to; a single one may be written without the list. */
  jump: z
    .preprocess(
      (value) => (Array.isArray(value) ? value : [value]),
      z.array(z.strictObject(sshServer)).min(1, "expected at least one jump host"),
    )
    .optional(),
  role: z.enum(["server", "agent", "watch"]).default("server"),
});

/** What every container has: its image, where it listens, its memory limit. */
const container = (reference: string, port: number, limit: string) => ({
  image: image.default(reference),
  digest: digest.optional(),
  /** An archive on the machine that runs Pulumi, for hosts that reach no registry. */
  archive: z.string().optional(),
  listen: hostPort.default(`127.0.0.1:${port}`),
  memory: memory.default(limit),
});

/** The whole config: the one place of its types, defaults and checks. */
export const schema = z.strictObject({
  hosts: z.record(name, host),
  pod: z.prefault(
    z.strictObject({
      user: newUser.default("watchpost"),
      home: home.optional(),
    }),
    {},
  ),
  prometheus: z.prefault(
    z.strictObject({
      ...container("docker.io/prom/prometheus:v3.16.0", 9090, "1G"),
      scrapeInterval: duration.default("30s"),
      retention: z.prefault(z.strictObject({ time: duration.default("30d"), size: bytes.default("20GB") }), {}),
    }),
    {},
  ),
  loki: z.prefault(
    z.strictObject({
      ...container("docker.io/grafana/loki:3.7.8", 3100, "1G"),
      retention: duration.default("31d"),
    }),
    {},
  ),
  grafana: z.prefault(
    z.strictObject({
      enabled: z.boolean().default(true),
      ...container("docker.io/grafana/grafana:12.4.0", 3000, "512M"),
      rootUrl: httpUrl.optional(),
      /** Of the break-glass login; made at random without it. */
      adminPassword: z.string().min(8, "expected 8 characters or more").optional(),
      ...access,
    }),
    {},
  ),
  alloy: z.prefault(z.strictObject(container("docker.io/grafana/alloy:v1.11.0", 12345, "1G")), {}),
  access: z.prefault(localAccess, {}),
  journal: z.prefault(
    z.strictObject({
      maxSize: memory.default("4G"),
      maxAge: duration.default("30d"),
      rateLimit: z.prefault(z.strictObject({ ...rateLimit, burst: rateLimit.burst.default(10000) }), {}),
    }),
    {},
  ),
  /** The inventory: what runs on the host, by name. */
  services: z.record(name, service).default({}),
  /** Targets beside those of the services. */
  scrape: z.record(name, job).default({}),
  logs: z.prefault(logs, {}),
  /** The host's own look at containers, units and pools of all users. */
  collector: z.prefault(z.strictObject({ interval: duration.default("1m") }), {}),
  alerting: z.prefault(alerting, {}),
  /** The watch from outside: on the host with the role watch, and as files for other tools. */
  watch: z.prefault(z.strictObject({ ...container("ghcr.io/twin/gatus:v5.35.0", 8080, "256M"), ...watch }), {}),
  /** What probably happened, beside each alert. */
  triage: z.prefault(triage, {}),
  deleteData: z.boolean().default(false),
});

export type Config = z.output<typeof schema> & {
  /** Where the stack's file has encrypted values: see `isEncrypted`. */
  encrypted: readonly Path[];
};
export type HostConfig = z.output<typeof host>;

/** A host and its name: the one that has the stack, or the one that watches it. */
export type Server = HostConfig & { name: string };

/** The one host with the role server; `readConfig` has seen to it. */
export const serverOf = ({ hosts }: Config): Server => {
  const [name, host] = Object.entries(hosts).find(([, { role }]) => role === "server") ?? [];
  if (name === undefined || host === undefined) throw new RangeError("expected a host with the role server");
  return { name, ...host };
};

/** The host with the role watch, if there is one. */
export const watchOf = ({ hosts }: Config): Server | undefined => {
  const [name, host] = Object.entries(hosts).find(([, { role }]) => role === "watch") ?? [];
  return name === undefined || host === undefined ? undefined : { name, ...host };
};
