import * as pulumi from "@pulumi/pulumi";
import type { Config, Server } from "../config/config.ts";
import { accessUnit } from "./access/units.ts";
import type { AlloyContainer } from "./alloy/container.ts";
import { cgroupsUnit } from "./cgroups/units.ts";
import { collectorUnit } from "./collector/units.ts";
import type { GrafanaLogin } from "./grafana/login.ts";
import { rotationUnit } from "./journal/rotation.ts";
import { podUnit } from "./pod/containers.ts";
import { dataSourceUids } from "./pod/data-sources.ts";
import { breakGlass } from "./pod/grafana-ini.ts";
import type { ObservabilityPod } from "./pod/observability-pod.ts";
import { secretIf } from "./secret-if.ts";
import { type WatchFiles, watchOutputs } from "./uptime-watch/outputs.ts";
import { urls } from "./urls.ts";

/**
 * The stack's outputs, for other programs to read through a StackReference. Names and shapes are stable.
 * All URLs are as seen on the host: everything listens on its loopback.
 */
export interface Outputs {
  /** Name, address and ssh port of the host that has the stack. */
  host: pulumi.Input<{ name: string; address: string; port: number }>;
  /** Loki's API: query, labels, ready. */
  lokiUrl: string;
  /** Where agents push log lines. */
  lokiPushUrl: string;
  /** Prometheus's API. */
  prometheusUrl: string;
  /** Where agents push samples. */
  prometheusRemoteWriteUrl: string;
  /** Grafana as people open it: `grafana.rootUrl`, else its address on the host; null without Grafana. */
  grafanaUrl: string | null;
  /** Alloy's UI and metrics. */
  alloyUrl: string;
  /** Uids of Grafana's data sources, for dashboards and alert rules of other programs. */
  dataSourceUids: { loki: string; prometheus: string };
  /** The user whose podman runs the pod; `root` when it is rootful. */
  serviceUser: string;
  /** systemd units by part: `pod`, `prometheus`, `loki`, `grafana` of the service user, `alloy`, `collector` and `journalRotation` of the system. */
  unitNames: Record<string, string>;
  /** `sha256:...` by container, as held on the host. */
  imageDigests: pulumi.Output<Record<string, string>>;
  /** The inventory as declared: name, user, units, containers, and where each answers. */
  services: pulumi.Input<Config["services"]>;
  /** Grafana's break-glass login, which works without the login provider: where on the host, and as whom. Absent without Grafana. */
  grafanaBreakGlass?: { url: string; user: string };
  /** Its password; secret. Absent without Grafana. */
  grafanaAdminPassword?: pulumi.Output<string>;
  /** What is to be looked at from outside, as files for Gatus, Uptime Kuma and others. */
  uptimeWatch: pulumi.Input<WatchFiles>;
  /** Gatus's second file, YAML: whom it tells and the heartbeat's token; secret. Absent without `watch.emails` and `watch.webhook`. */
  uptimeWatchSecrets?: pulumi.Output<string>;
  /** The Authentik side of the login as a blueprint, YAML; secret. Absent without a login, and for a client of one's own. */
  authentikBlueprint?: pulumi.Output<string>;
}

// without the query, an automatic login would lead to the login provider
const localLogin = ({ grafana }: Config) => ({
  url: `http://${grafana.listen}/login?disableAutoLogin`,
  user: breakGlass.user,
});

/** Gathers the outputs from what was declared. */
export const outputsOf = (of: {
  config: Config;
  server: Server;
  pod: ObservabilityPod;
  alloy: AlloyContainer;
  login: GrafanaLogin | undefined;
}): Outputs => {
  const { config, server, pod, alloy, login } = of;
  const address = `hosts.${server.name}.address`;
  const parts = [...pod.parts, ["alloy", alloy] as const];
  return {
    host: secretIf(config, address, { name: server.name, address: server.address, port: server.port }),
    ...urls(config),
    dataSourceUids,
    serviceUser: config.pod.user,
    unitNames: {
      pod: podUnit,
      ...Object.fromEntries(parts.map(([name]) => [name, `watchpost-${name}.service`])),
      collector: collectorUnit,
      cgroups: cgroupsUnit,
      journalRotation: rotationUnit,
      ...(config.access.open ? {} : { access: accessUnit }),
    },
    services: secretIf(config, "services", config.services),
    imageDigests: pulumi.all(Object.fromEntries(parts.map(([name, { image }]) => [name, image.heldDigest]))),
    ...(pod.adminPassword ? { grafanaBreakGlass: localLogin(config), grafanaAdminPassword: pod.adminPassword } : {}),
    ...watchOutputs(config, address),
    ...(login?.blueprint ? { authentikBlueprint: login.blueprint } : {}),
  };
};
