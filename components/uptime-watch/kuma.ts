import type { Config } from "../../config/config.ts";
import { inSeconds } from "../../config/duration.ts";
import { failures, type WatchCheck, watchChecks } from "./checks.ts";
import { heartbeat, withinOf } from "./heartbeat.ts";

/** A monitor in Uptime Kuma's own words. Source of the names: Uptime Kuma 2.0, the fields of its API's `add`. */
export interface KumaMonitor {
  type: "http" | "port" | "dns" | "push";
  name: string;
  /** Seconds. */
  interval: number;
  maxretries: number;
  url?: string;
  expiryNotification?: boolean;
  hostname?: string;
  port?: number;
  dns_resolve_server?: string;
  dns_resolve_type?: "A";
  /** Of the push monitor: what goes into `alerting.heartbeat.url`, with the token that Uptime Kuma shows. */
  pushUrl?: string;
}

const monitor = (check: Exclude<WatchCheck, { kind: "certificate" }>, expires: ReadonlySet<string>): KumaMonitor => {
  const base = { name: `${check.group}/${check.name}`, interval: check.every, maxretries: failures - 1 };
  switch (check.kind) {
    case "http":
      return { type: "http", ...base, url: check.url, expiryNotification: expires.has(check.url) };
    case "ssh":
      return { type: "port", ...base, hostname: check.host, port: check.port };
    case "dns":
      return {
        ...{ type: "dns", ...base, hostname: check.host, dns_resolve_type: "A" },
        ...{ dns_resolve_server: check.resolver.host, port: check.resolver.port },
      };
  }
};

/** The same looks for those who use Uptime Kuma: a list of monitors, JSON. Certificates are part of its http monitors. */
export const kumaList = (config: Config): KumaMonitor[] => {
  const checks = watchChecks(config);
  const expires = new Set(checks.flatMap((check) => (check.kind === "certificate" ? [check.url] : [])));
  return [
    ...checks.flatMap((check) => (check.kind === "certificate" ? [] : [monitor(check, expires)])),
    {
      type: "push",
      name: `${heartbeat.group}/${heartbeat.name}`,
      interval: inSeconds(withinOf(config)),
      maxretries: 0,
      pushUrl: "https://KUMA/api/push/TOKEN?status=up&msg=OK",
    },
  ];
};
