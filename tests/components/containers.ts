import { alloyQuadlet } from "../../components/alloy/container.ts";
import { type PodContainer, podContainers } from "../../components/pod/containers.ts";
import { containerQuadlet } from "../../components/quadlet.ts";
import type { Config } from "../../config/config.ts";
import { enabled } from "../../config/listen.ts";
import { configWith } from "../config/sample.ts";

export const imageId = "0123456789abcdef".repeat(4);

/** The quadlet of each container of a config. */
export const containerTexts = (config: Config): Record<string, string> =>
  Object.fromEntries(enabled(config).map((name) => [name, name === "alloy" ? alloy(config) : inPod(config, name)]));

const alloy = (config: Config) => alloyQuadlet(config, imageId, "user@990.service", { uid: 991, gid: 992 });
const inPod = (config: Config, name: PodContainer) => {
  const wantedBy = config.pod.user === "root" ? "multi-user.target" : "default.target";
  return containerQuadlet({ ...podContainers[name](config), image: imageId, wantedBy });
};

/** Configs that differ in what they render. */
export const configs: Record<string, Config> = {
  "the defaults": configWith(),
  "root's pod": configWith({ pod: { user: "root" } }),
  "no Grafana": configWith({ grafana: { enabled: false } }),
  "other ports and limits": configWith({
    prometheus: { listen: "127.0.0.2:19090", memory: "2G" },
    loki: { listen: "[::1]:13100", memory: "768M" },
    grafana: {
      listen: "localhost:13000",
      rootUrl: "https://grafana.example.org/",
      adminPassword: "swordfish-swordfish",
    },
    alloy: { listen: "[::1]:22345", memory: "512M" },
  }),
};
