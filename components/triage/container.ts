import type { Config } from "../../config/config.ts";
import { secretName } from "../../triage/service/settings.ts";
import { podName } from "../pod/containers.ts";
import { type ContainerSpec, containerQuadlet } from "../quadlet.ts";
import { triagePort } from "./contact-point.ts";
import { programFolder } from "./files.ts";

/** Of the container and, with `.service`, of its unit. */
export const triageUnit = "watchpost-triage";

/** The service's quadlet: in the pod, as nobody, with its program and settings read-only. */
export const triageQuadlet = (config: Config, image: string): string => {
  const spec: ContainerSpec = {
    name: triageUnit,
    description: "Triage: what probably happened",
    image,
    reference: config.triage.image,
    memory: config.triage.memory,
    wantedBy: config.pod.user === "root" ? "multi-user.target" : "default.target",
    exec: `${programFolder}/service/main.ts`,
    volumes: [`${programFolder}:${programFolder}:ro`],
    environment: { NODE_OPTIONS: "--max-old-space-size=128 --disable-warning=ExperimentalWarning" },
    health: ["node", `${programFolder}/service/health.ts`, String(triagePort)],
    container: {
      Pod: `${podName}.pod`,
      Entrypoint: "node",
      // nobody
      User: "65534:65534",
      Secret: [`${secretName},type=mount,uid=65534,gid=65534,mode=0400`],
    },
  };
  return containerQuadlet(spec);
};
