import { isIP } from "node:net";
import { type Config, serverOf } from "../../config/config.ts";
import { inSeconds } from "../../config/duration.ts";
import { splitHostPort } from "../../config/host-port.ts";
import { thresholdValues } from "../thresholds.ts";

interface Looked {
  group: "services" | "certificates" | "host" | "dns";
  name: string;
  /** Seconds between two looks. */
  every: number;
  /** What its alarm says. */
  about: string;
}

/** One thing that is looked at from outside, in no tool's words. */
export type WatchCheck = Looked &
  (
    | { kind: "http"; url: string; latency: number }
    | { kind: "certificate"; url: string; days: number }
    | { kind: "ssh"; host: string; port: number }
    | { kind: "dns"; host: string; resolver: { host: string; port: number } }
  );

/** An address and a port as one text; an IPv6 address has brackets in it. */
export const joinHostPort = ({ host, port }: { host: string; port: number }): string =>
  `${host.includes(":") ? `[${host}]` : host}:${port}`;

/** The config of the watch. */
export type WatchConfig = Config["watch"];

/** How often in a row something has to fail before it is told: one lost packet is no alarm. */
export const failures = 3;

const certificateEvery = 3600;

/** Public URLs by name: those of the services, and Grafana's health where people open it. */
const publicUrls = ({ services, grafana }: Config): [name: string, url: string][] => [
  ...Object.entries(services).flatMap(([name, { url }]): [string, string][] => (url ? [[name, url]] : [])),
  ...(grafana.enabled && grafana.rootUrl
    ? [["grafana", new URL("api/health", grafana.rootUrl.replace(/\/?$/, "/")).href] as [string, string]]
    : []),
];

/** Everything that is looked at from outside, out of the one inventory. */
export const watchChecks = (config: Config): WatchCheck[] => {
  const { watch } = config;
  const server = serverOf(config);
  const urls = publicUrls(config);
  const every = inSeconds(watch.interval);
  const resolver = isIP(watch.resolver) === 0 ? splitHostPort(watch.resolver) : { host: watch.resolver, port: 53 };
  const days = thresholdValues(config.alerting.thresholds).certificateExpires;
  // a server behind a jump host cannot be reached from outside
  const open = server.jump ? [] : [server];
  const hostnames = [
    ...open.map(({ address }) => address),
    ...urls.map(([, url]) => new URL(url).hostname.replace(/^\[|\]$/g, "")),
  ];
  return [
    ...urls.map(([name, url]): WatchCheck => {
      const about = `${name} does not answer well at ${url}`;
      return { group: "services", name, kind: "http", url, latency: inSeconds(watch.latency), every, about };
    }),
    ...urls
      .filter(([, url]) => url.startsWith("https:"))
      .map(([name, url]): WatchCheck => {
        const about = `the certificate of ${name} expires within ${days} days, or is not shown`;
        return { group: "certificates", name, kind: "certificate", url, days, every: certificateEvery, about };
      }),
    ...open.map(({ name, address: host, port }): WatchCheck => {
      const about = `sshd of ${name} does not answer: the host or its network is down`;
      return { group: "host", name: `${name} ssh`, kind: "ssh", host, port, every, about };
    }),
    ...[...new Set(hostnames)]
      .filter((host) => isIP(host) === 0)
      .map((host): WatchCheck => {
        const about = `the name ${host} is not found in DNS`;
        return { group: "dns", name: host, kind: "dns", host, resolver, every, about };
      }),
  ];
};
