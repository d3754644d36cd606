import type { Config } from "../../config/config.ts";
import { isLoopback, splitHostPort } from "../../config/host-port.ts";
import { type ContainerSpec, renderQuadlet } from "../quadlet.ts";
import { podPorts } from "../scrape/jobs.ts";
import { grafanaMailSecrets, grafanaSecrets, resetAdminPassword } from "./grafana-ini.ts";

/** The containers of the pod. */
export type PodContainer = keyof typeof podPorts;

export const podName = "watchpost";
export const podUnit = `${podName}-pod.service`;
export const unitName = (container: PodContainer) => `watchpost-${container}`;
export const dataVolume = (container: PodContainer) => `watchpost-${container}-data`;

const published = (listen: string, inside: number) => {
  const { host, port } = splitHostPort(listen);
  const address = host === "localhost" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  if (!isLoopback(host)) throw new RangeError(`expected a loopback address, got ${listen}`);
  return `${address}:${port}:${inside}`;
};

/** The pod: it holds the network and publishes each container's port on the host's loopback. */
export const podQuadlet = (config: Config, containers: PodContainer[]): string =>
  renderQuadlet({
    Unit: { Description: "Watchpost: Grafana, Loki and Prometheus", StartLimitIntervalSec: 0 },
    Pod: {
      PodName: podName,
      PublishPort: containers.map((name) => published(config[name].listen, podPorts[name])),
      // with the policy "stop", the first podman after a power cut stops the pod too early, and panics (seen in 5.4)
      PodmanArgs: "--exit-policy=continue",
    },
    Service: { Restart: "on-failure", TimeoutStartSec: 120 },
    Install: { WantedBy: config.pod.user === "root" ? "multi-user.target" : "default.target" },
  });

/** A volume for a container's data, kept when the container goes. */
export const volumeQuadlet = (container: PodContainer): string =>
  renderQuadlet({ Volume: { VolumeName: dataVolume(container) } });

/** The podman secrets of Grafana that this config has. */
const grafanaSecretsOf = (config: Config) => [
  grafanaSecrets.admin,
  ...(config.alerting.smtp?.password === undefined ? [] : [grafanaSecrets.smtp]),
  ...grafanaMailSecrets(config).map(({ secret }) => secret),
];

// the user and group that Grafana's image runs as
const mountedSecret = (secret: string) => `${secret},type=mount,uid=472,gid=0,mode=0400`;

type Spec = Omit<ContainerSpec, "image" | "wantedBy">;

const common = (config: Config, name: PodContainer, mount: string) => ({
  name: unitName(name),
  reference: config[name].image,
  memory: config[name].memory,
  container: { Pod: `${podName}.pod` },
  volumes: [`${dataVolume(name)}.volume:${mount}`],
});

/** What the pod runs: each container's command, mounts and health check, by the interface of its vendor's image. */
export const podContainers: Record<PodContainer, (config: Config) => Spec> = {
  prometheus: (config) => {
    const base = common(config, "prometheus", "/prometheus");
    return {
      ...base,
      description: "Prometheus: metrics",
      exec: "--config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/prometheus --web.enable-remote-write-receiver",
      volumes: [...base.volumes, "/etc/watchpost/prometheus:/etc/prometheus:ro"],
      health: ["/bin/promtool", "check", "ready", "--url=http://127.0.0.1:9090"],
      reloadable: true,
    };
  },
  loki: (config) => {
    const base = common(config, "loki", "/loki");
    return {
      ...base,
      description: "Loki: logs",
      exec: "-config.file=/etc/loki/config.yaml",
      volumes: [...base.volumes, "/etc/watchpost/loki:/etc/loki:ro"],
      health: ["/usr/bin/loki", "-config.file=/etc/loki/config.yaml", "-health"],
    };
  },
  grafana: (config) => {
    const base = common(config, "grafana", "/var/lib/grafana");
    return {
      ...base,
      description: "Grafana: dashboards and alerts",
      exec: "",
      volumes: [...base.volumes, "/etc/watchpost/grafana:/etc/grafana:ro"],
      container: { ...base.container, Secret: grafanaSecretsOf(config).map(mountedSecret) },
      service: { ExecStartPost: resetAdminPassword(unitName("grafana")) },
      health: ["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${podPorts.grafana}/api/health`],
    };
  },
};
