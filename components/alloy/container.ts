import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/config.ts";
import { splitHostPort } from "../../config/host-port.ts";
import type { Host } from "../../providers/host.ts";
import { PodmanImage } from "../../providers/podman-image.ts";
import type { ServiceUser } from "../../providers/service-user.ts";
import { SystemdUnit } from "../../providers/systemd-unit.ts";
import type { HostCollector } from "../collector/host-collector.ts";
import { imageOf } from "../images.ts";
import { unitName } from "../pod/containers.ts";
import type { ObservabilityPod } from "../pod/observability-pod.ts";
import { containerQuadlet, renderQuadlet } from "../quadlet.ts";
import type { Job } from "../scrape/jobs.ts";
import { alloyConfig } from "./config.ts";

export interface AlloyContainerArgs {
  host: Host;
  config: Config;
  /** Alloy gets those on the host's loopback. */
  jobs: Job[];
  /** Where it sends to. */
  pod: ObservabilityPod;
  /** Whom it runs as. */
  user: ServiceUser;
  /** Whose findings it reads. */
  collector: HostCollector;
}

const unit = "watchpost-alloy";

// GET /-/ready by bash alone: the image has neither curl nor wget
const ready = (listen: string) => {
  const { host, port } = splitHostPort(listen);
  return `exec 3<>/dev/tcp/${host}/${port} && printf 'GET /-/ready HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [[ $status == 200 ]]`;
};

/**
 * The quadlet of the agent: it reads the whole host and may change nothing on it, being a user there who has nothing else.
 * `loki` is the unit that Loki stops with.
 */
export const alloyQuadlet = (config: Config, image: string, loki: string, user: { uid: number; gid: number }): string =>
  containerQuadlet({
    name: unit,
    description: "Grafana Alloy: logs and metrics of this host",
    image,
    reference: config.alloy.image,
    exec: `run /etc/alloy/config.alloy --storage.path=/var/lib/alloy/data --server.http.listen-addr=${config.alloy.listen} --server.http.disable-support-bundle --disable-reporting`,
    volumes: [
      "/etc/watchpost/alloy:/etc/alloy:ro",
      // what was root's becomes its own
      `${unit}-data.volume:/var/lib/alloy/data:U`,
      "/var/log/journal:/var/log/journal:ro",
      "/etc/machine-id:/etc/machine-id:ro",
      "/home:/home:ro,rslave",
      // file systems are measured where they are mounted
      "/:/host:ro,rslave",
    ],
    environment: { DBUS_SYSTEM_BUS_ADDRESS: "unix:path=/host/run/dbus/system_bus_socket" },
    health: ["/bin/bash", "-c", ready(config.alloy.listen)],
    memory: config.alloy.memory,
    reloadable: true,
    // at a shutdown Loki still takes what Alloy has read; the rest is read at the next boot
    after: loki,
    container: {
      Network: "host",
      User: user.uid,
      Group: user.gid,
      // journals of all users, what the collector found, file systems wherever they are mounted
      AddCapability: "CAP_DAC_READ_SEARCH",
      // AppArmor's container profile on Debian and Ubuntu keeps the systemd collector from D-Bus
      PodmanArgs: "--security-opt=apparmor=unconfined",
    },
    wantedBy: "multi-user.target",
  });

/** Grafana Alloy as a rootful container: the one agent of a host. */
export class AlloyContainer extends pulumi.ComponentResource {
  readonly image: PodmanImage;
  readonly unit: SystemdUnit;

  constructor(name: string, args: AlloyContainerArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("watchpost:index:AlloyContainer", name, {}, opts);
    const { host, config, jobs, pod, user, collector } = args;
    const on = { parent: this, provider: host, dependsOn: opts.dependsOn ?? [] };

    this.image = new PodmanImage(`${name}-image`, { user: "", ...imageOf(config.alloy) }, on);
    const loki = pod.serviceUser?.uid.apply((uid) => `user@${uid}.service`) ?? `${unitName("loki")}.service`;
    const quadlet = pulumi
      .all([this.image.imageId, loki, user.uid, user.gid])
      .apply(([image, loki, uid, gid]) => alloyQuadlet(config, image, loki, { uid, gid }));
    this.unit = new SystemdUnit(
      `${name}-unit`,
      {
        unit: `${unit}.service`,
        user: "",
        files: [
          { path: `${unit}.container`, content: quadlet },
          { path: `${unit}-data.volume`, content: renderQuadlet({ Volume: { VolumeName: `${unit}-data` } }) },
          {
            path: "/etc/watchpost/alloy/config.alloy",
            content: alloyConfig(config, { host: host.hostName, jobs }),
            change: "reload",
          },
        ],
        validate: [
          pulumi.interpolate`podman run --rm --network=none --security-opt=label=disable --volume={stage}/etc/watchpost/alloy:/etc/alloy:ro --entrypoint=/bin/alloy ${this.image.imageId} validate /etc/alloy/config.alloy`,
        ],
        deleteVolumes: config.deleteData ? [`${unit}-data`] : [],
      },
      // never restarted while Loki is: what it holds in memory would have nowhere to go
      { ...on, dependsOn: [this.image, pod.part("loki").unit, collector.unit] },
    );
    this.registerOutputs({});
  }
}
