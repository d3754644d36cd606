import type { Config } from "../../config/config.ts";
import { splitHostPort } from "../../config/host-port.ts";
import { enabled } from "../../config/listen.ts";
import { alloyUser } from "../alloy/user.ts";

/** A port of the stack's on the host's loopback. */
export interface Port {
  port: number;
  /** Whose process listens there. */
  owner: string;
  /** Who may connect beside root and the owner, by name or id. */
  users: string[];
}

/** The proxies that the inventory knows: they are who forwards people to Grafana. */
const proxies = ({ services }: Config) =>
  Object.values(services)
    .filter(({ metrics }) => metrics?.kind === "envoy")
    .map(({ user }) => user);

/** Who may connect to which port. @param login Who logs in by ssh: its forwarded ports are that user's connections. */
export const portsOf = (config: Config, login: string): Port[] =>
  enabled(config).map((name) => {
    const owner = name === "alloy" ? alloyUser : config.pod.user;
    const sends = name === "loki" || name === "prometheus" ? [alloyUser] : [];
    const users = [
      config.pod.user,
      ...sends,
      login,
      ...(name === "grafana" ? proxies(config) : []),
      ...config.access[name],
    ];
    return {
      port: splitHostPort(config[name].listen).port,
      owner,
      users: [...new Set(users)].filter((user) => user !== "root" && user !== owner),
    };
  });

/** What an operator should know whose Grafana has a proxy before it that nobody names. */
export const warningOf = (config: Config): string | undefined =>
  config.grafana.rootUrl && !config.access.open && config.access.grafana.length + proxies(config).length === 0
    ? "grafana.rootUrl is set, and access.grafana names nobody: a proxy on the host that does not run as root does not reach Grafana"
    : undefined;

/** The list that load.sh takes. */
export const portList = (ports: Port[]): string =>
  ports.map(({ port, owner, users }) => `${[port, owner, ...users].join(" ")}\n`).join("");
