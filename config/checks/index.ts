import { inSeconds } from "../duration.ts";
import type { Problem } from "../errors.ts";
import { splitHostPort } from "../host-port.ts";
import { listening, loopbackProblems, type Sound } from "../listen.ts";
import { alertingChecks } from "./alerting.ts";
import { grafana } from "./grafana.ts";
import { inventory } from "./inventory.ts";
import { triageChecks } from "./triage.ts";
import { watchChecks } from "./watch.ts";

const hosts = ({ hosts }: Sound): Problem[] => {
  if (!hosts) return [];
  const all = Object.entries(hosts);
  const servers = all.filter(([, { role }]) => role === "server").map(([name]) => name);
  const notBuilt = all
    .filter(([, { role }]) => role === "agent")
    .map(([name, { role }]) => ({
      path: `hosts.${name}.role`,
      message: `the role ${role} is not built yet, expected server or watch`,
    }));
  if (servers.length === 1) return notBuilt;
  const got = servers.length === 0 ? "none" : servers.join(" and ");
  return [...notBuilt, { path: "hosts", message: `expected exactly one host with the role server, got ${got}` }];
};

const listens = (config: Sound): Problem[] =>
  listening(config).flatMap(({ name, listen }, index, all) => {
    const path = `${name}.listen`;
    const { port } = splitHostPort(listen);
    const other = all.slice(0, index).find((before) => splitHostPort(before.listen).port === port)?.name;
    return [
      ...loopbackProblems(path, listen),
      ...(other ? [{ path, message: `expected a port of its own, got ${port}, which ${other}.listen has` }] : []),
    ];
  });

// Loki's index has a table a day, and its retention works by whole tables
const retention = ({ loki }: Sound): Problem[] =>
  loki && inSeconds(loki.retention) < 24 * 3600
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
  ...inventory(config),
  ...grafana(config),
  ...alertingChecks(config),
  ...watchChecks(config),
  ...triageChecks(config),
];
