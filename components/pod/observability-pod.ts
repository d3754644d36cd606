import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Config } from "../../config/config.ts";
import { enabled } from "../../config/listen.ts";
import type { Host } from "../../providers/host.ts";
import { PodmanImage } from "../../providers/podman-image.ts";
import { PodmanSecret } from "../../providers/podman-secret.ts";
import { ServiceUser } from "../../providers/service-user.ts";
import { SystemdUnit } from "../../providers/systemd-unit.ts";
import { imageOf } from "../images.ts";
import { containerQuadlet } from "../quadlet.ts";
import type { Job } from "../scrape/jobs.ts";
import { checkCommand, podConfigs } from "./configs.ts";
import * as pod from "./containers.ts";
import { grafanaMailSecrets, grafanaSecrets } from "./grafana-ini.ts";

export interface ObservabilityPodArgs {
  host: Host;
  config: Config;
  /** Prometheus gets those that it scrapes itself. */
  jobs: Job[];
}

/** Subordinate ids of the service user; the users inside the images must fit in. */
export const idRange = 65536;

/** Where the service user lives, by default below /home. */
export const homeOf = ({ pod }: Config) => pod.home ?? `/home/${pod.user}`;

/** The user whose podman runs the pod; empty for root, as the providers take it. */
export const podUser = ({ pod }: Config) => (pod.user === "root" ? "" : pod.user);

/** A container of the pod: its image and its unit. */
export interface PodPart {
  image: PodmanImage;
  unit: SystemdUnit;
}

/** Grafana, Loki and Prometheus in one pod of a service user (or of root), each a unit of its own. */
export class ObservabilityPod extends pulumi.ComponentResource {
  /** Absent when root runs the pod. */
  readonly serviceUser: ServiceUser | undefined;
  /** Of the pod itself. */
  readonly unit: SystemdUnit;
  readonly parts: ReadonlyMap<pod.PodContainer, PodPart>;
  /** Of Grafana's break-glass login; secret. Absent without Grafana. */
  readonly adminPassword: pulumi.Output<string> | undefined;

  constructor(name: string, args: ObservabilityPodArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("watchpost:index:ObservabilityPod", name, {}, opts);
    const { host, config, jobs } = args;
    const containers = enabled(config).filter((container) => container !== "alloy");
    const user = podUser(config);
    const prefix = host.hostName;
    const on = { parent: this, provider: host, dependsOn: opts.dependsOn ?? [] };

    const serviceUser = user ? makeUser() : undefined;
    const afterUser = serviceUser ? { ...on, dependsOn: [serviceUser] } : on;
    this.unit = makePod();
    const afterPod = { ...on, dependsOn: [this.unit] };
    const admin = config.grafana.enabled ? makeAdmin() : undefined;
    this.parts = new Map(containers.map((container) => [container, makePart(container)]));
    this.serviceUser = serviceUser;
    this.adminPassword = admin?.password;
    this.registerOutputs({});

    function makeUser() {
      const fixed = { shell: "/usr/sbin/nologin", linger: true, range: idRange };
      return new ServiceUser(
        `${prefix}-service-user`,
        { user, home: homeOf(config), ...fixed, keepData: !config.deleteData },
        on,
      );
    }

    function makePod() {
      const file = { path: `${pod.podName}.pod`, content: pod.podQuadlet(config, containers) };
      return new SystemdUnit(`${prefix}-pod`, { unit: pod.podUnit, user, files: [file] }, afterUser);
    }

    function makeAdmin() {
      const given = config.grafana.adminPassword;
      const made = () => new random.RandomPassword(`${prefix}-grafana-admin`, { length: 32, special: false }, parent);
      const parent = { parent: on.parent };
      const password = given === undefined ? made().result : pulumi.secret(given);
      return { password, secrets: [makeSecret("admin-password", grafanaSecrets.admin, password), ...makeSmtp()] };
    }

    function makeSmtp() {
      const password = config.alerting.smtp?.password;
      return [
        ...(password === undefined ? [] : [makeSecret("smtp-password", grafanaSecrets.smtp, password)]),
        ...grafanaMailSecrets(config).map(({ key, secret, value }) => makeSecret(`smtp-${key}`, secret, value)),
      ];
    }

    function makeSecret(of: string, secret: string, value: pulumi.Input<string>) {
      return new PodmanSecret(`${prefix}-grafana-${of}`, { user, secret, value }, afterUser);
    }

    function makePart(container: pod.PodContainer): PodPart {
      const image = new PodmanImage(`${prefix}-${container}-image`, { user, ...imageOf(config[container]) }, afterUser);
      const unit = pod.unitName(container);
      const spec = pod.podContainers[container](config);
      const wantedBy = user ? "default.target" : "multi-user.target";
      const quadlet = image.imageId.apply((id) => containerQuadlet({ ...spec, image: id, wantedBy }));
      const { files, check } = podConfigs[container](config, jobs);
      const args = {
        unit: `${unit}.service`,
        user,
        files: [
          { path: `${unit}.container`, content: quadlet },
          { path: `${pod.dataVolume(container)}.volume`, content: pod.volumeQuadlet(container) },
          ...files,
        ],
        validate: check ? [image.imageId.apply((id) => checkCommand(id, check))] : [],
        triggers: container === "grafana" && admin ? admin.secrets.map(({ version }) => version) : [],
        deleteVolumes: config.deleteData ? [pod.dataVolume(container)] : [],
      };
      return { image, unit: new SystemdUnit(`${prefix}-${container}`, args, afterPod) };
    }
  }

  /** Grafana's unit and the password of its break-glass login. @throws RangeError without Grafana. */
  get grafana(): { unit: SystemdUnit; password: pulumi.Output<string> } {
    if (!this.adminPassword) throw new RangeError("the pod has no grafana");
    return { unit: this.part("grafana").unit, password: this.adminPassword };
  }

  /** @throws RangeError for a container that this config does not have. */
  part(container: pod.PodContainer): PodPart {
    const part = this.parts.get(container);
    if (!part) throw new RangeError(`the pod has no ${container}`);
    return part;
  }
}
