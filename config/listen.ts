import type { Config } from "./config.ts";
import type { Problem } from "./errors.ts";
import { isLoopback, splitHostPort } from "./host-port.ts";

/** What is wrong in an address that only the host itself is to reach, on a port that its users may take. */
export const loopbackProblems = (path: string, listen: string): Problem[] => {
  const { host, port } = splitHostPort(listen);
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
  ];
};

const containers = ["prometheus", "loki", "grafana", "alloy"] as const;

/** The containers of this config, in the order they are named everywhere. */
export const enabled = (config: Config) => containers.filter((name) => name !== "grafana" || config.grafana.enabled);

/** Whether anything is put into Grafana, which needs its API. */
export const hasGrafanaCode = ({ grafana }: Pick<Config, "grafana">): boolean =>
  grafana.enabled && grafana.access !== "none";

/** The stack's own parts: its containers, and the triage service where it is enabled. */
export const ownParts = (config: Config) => [
  ...enabled(config),
  ...(config.triage.enabled ? (["triage"] as const) : []),
];

/** The sections that are right by themselves; a check looks at those that are there. */
export type Sound = Partial<Config>;

/** Where the stack's own parts listen. */
export const listening = (config: Sound) =>
  containers.flatMap((name) => {
    const part = config[name];
    return part && (name !== "grafana" || config.grafana?.enabled) ? [{ name, listen: part.listen }] : [];
  });
