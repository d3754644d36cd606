import type { Config } from "../../config/config.ts";
import type { Job } from "../scrape/jobs.ts";
import type { PodContainer } from "./containers.ts";
import { dataSourcesYaml } from "./data-sources.ts";
import { grafanaIni } from "./grafana-ini.ts";
import { lokiYaml } from "./loki.ts";
import { prometheusYaml } from "./prometheus.ts";

/** A container's config files, and the command of its own image that checks them before they replace the old ones. */
export interface ContainerConfig {
  files: { path: string; content: string; change?: "restart" | "reload" }[];
  /** Entrypoint and arguments, with the folder mounted as the container will see it. */
  check?: { folder: string; mount: string; command: string[] };
}

const etc = "/etc/watchpost";

/** Whose config is what; the folders are mounted, not the files, so that a file that is replaced is seen. */
export const podConfigs: Record<PodContainer, (config: Config, jobs: Job[]) => ContainerConfig> = {
  prometheus: (config, jobs) => ({
    files: [
      {
        path: `${etc}/prometheus/prometheus.yml`,
        content: prometheusYaml(
          config,
          jobs.filter(({ by }) => by === "prometheus"),
        ),
        change: "reload",
      },
    ],
    check: {
      folder: `${etc}/prometheus`,
      mount: "/etc/prometheus",
      command: ["/bin/promtool", "check", "config", "/etc/prometheus/prometheus.yml"],
    },
  }),
  loki: (config) => ({
    files: [{ path: `${etc}/loki/config.yaml`, content: lokiYaml(config) }],
    check: {
      folder: `${etc}/loki`,
      mount: "/etc/loki",
      command: ["/usr/bin/loki", "-config.file=/etc/loki/config.yaml", "-verify-config"],
    },
  }),
  grafana: (config) => ({
    files: [
      { path: `${etc}/grafana/grafana.ini`, content: grafanaIni(config) },
      { path: `${etc}/grafana/provisioning/datasources/watchpost.yaml`, content: dataSourcesYaml() },
    ],
  }),
};

/** The command line for `SystemdUnit.validate`: the checker out of the image that will run, on the staged files. */
export const checkCommand = (
  image: string,
  { folder, mount, command }: NonNullable<ContainerConfig["check"]>,
): string => {
  const [entrypoint = "", ...args] = command;
  return [
    "podman run --rm --network=none --security-opt=label=disable --read-only --log-driver=none",
    `--volume={stage}${folder}:${mount}:ro --entrypoint=${entrypoint} ${image}`,
    ...args,
  ].join(" ");
};
