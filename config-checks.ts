import type { Config } from "./config.ts";
import type { Problem } from "./config-errors.ts";

/** `127.0.0.1:3100` as its two parts; an IPv6 address loses its brackets. */
export const splitHostPort = (text: string): { host: string; port: number } => {
  const at = text.lastIndexOf(":");
  return { host: text.slice(0, at).replace(/^\[|\]$/g, ""), port: Number(text.slice(at + 1)) };
};

/** Whether only the host itself reaches that address. */
export const isLoopback = (host: string): boolean => /^(127(\.[0-9]{1,3}){3}|::1|localhost)$/.test(host);

const containers = ["prometheus", "loki", "grafana", "alloy"] as const;

/** The containers of this config, in the order they are named everywhere. */
export const enabled = (config: Config) => containers.filter((name) => name !== "grafana" || config.grafana.enabled);

/** The sections that are right by themselves; a check looks at those that are there. */
type Sound = Partial<Config>;

const listening = (config: Sound) =>
  containers.flatMap((name) => {
    const part = config[name];
    return part && (name !== "grafana" || config.grafana?.enabled) ? [{ name, listen: part.listen }] : [];
  });

const hosts = ({ hosts }: Sound): Problem[] => {
  if (!hosts) return [];
  const all = Object.entries(hosts);
  const servers = all.filter(([, { role }]) => role === "server").map(([name]) => name);
  const notBuilt = all
    .filter(([, { role }]) => role !== "server")
    .map(([name, { role }]) => ({
      path: `hosts.${name}.role`,
      message: `the role ${role} is not built yet, expected server`,
    }));
  if (servers.length === 1) return notBuilt;
  const got = servers.length === 0 ? "none" : servers.join(" and ");
  return [...notBuilt, { path: "hosts", message: `expected exactly one host with the role server, got ${got}` }];
};

const listens = (config: Sound): Problem[] =>
  listening(config).flatMap(({ name, listen }, index, all) => {
    const path = `${name}.listen`;
    const { host, port } = splitHostPort(listen);
    const other = all.slice(0, index).find((before) => splitHostPort(before.listen).port === port)?.name;
    return [
      ...(isLoopback(host)
        ? []
        : [
            {
              path,
              message: `expected a loopback address, such as 127.0.0.1:${port}, got ${listen}: put a TLS proxy before it`,
            },
          ]),
      ...(port >= 1024 && port <= 65535 ? [] : [{ path, message: `expected a port from 1024 to 65535, got ${port}` }]),
      ...(other ? [{ path, message: `expected a port of its own, got ${port}, which ${other}.listen has` }] : []),
    ];
  });

const reserved = new Set(["job", "instance", "host"]);

const scrapes = ({ scrape = {}, ...config }: Sound): Problem[] => {
  const seen = new Map(
    listening(config).map(({ name, listen }) => [
      `${listen}/metrics`,
      `${name}.listen, which Watchpost scrapes itself`,
    ]),
  );
  return Object.entries(scrape).flatMap(([job, { targets, path, labels, by }]) => [
    ...targets.flatMap((target, index) => {
      const where = `scrape.${job}.targets.${index}`;
      const { host, port } = splitHostPort(target);
      const key = `${target}${path}`;
      const first = seen.get(key);
      seen.set(key, first ?? where);
      return [
        ...(first ? [{ path: where, message: `expected each target once, got ${key} again after ${first}` }] : []),
        ...(port >= 1 && port <= 65535
          ? []
          : [{ path: where, message: `expected a port from 1 to 65535, got ${port}` }]),
        ...(by === "prometheus" && isLoopback(host)
          ? [
              {
                path: `scrape.${job}.by`,
                message: `expected alloy for ${target}: the pod cannot reach the host's loopback`,
              },
            ]
          : []),
      ];
    }),
    ...Object.keys(labels)
      .filter((label) => reserved.has(label) || label.startsWith("__"))
      .map((label) => ({
        path: `scrape.${job}.labels.${label}`,
        message: "is set by Watchpost, expected another name",
      })),
    ...(ownJobs.has(job)
      ? [{ path: `scrape.${job}`, message: "is a job of Watchpost's own, expected another name" }]
      : []),
  ]);
};

/** The jobs that the stack scrapes of itself. */
export const ownJobs = new Set(["node", "prometheus", "loki", "grafana", "alloy"]);

const hours = (duration: string): number => {
  const unit = duration.replace(/^[0-9]+/, "");
  return (
    Number.parseInt(duration, 10) * ({ ms: 1 / 3.6e6, s: 1 / 3600, m: 1 / 60, h: 1, d: 24, w: 168, y: 8760 }[unit] ?? 0)
  );
};

// Loki's index has a table a day, and its retention works by whole tables
const retention = ({ loki }: Sound): Problem[] =>
  loki && hours(loki.retention) < 24
    ? [
        {
          path: "loki.retention",
          message: `expected 24h or more: Loki's index has a table a day, got ${loki.retention}`,
        },
      ]
    : [];

/** What no single value shows: all mistakes between values. */
export const checkAll = (config: Sound): Problem[] => [
  ...hosts(config),
  ...listens(config),
  ...retention(config),
  ...scrapes(config),
];
