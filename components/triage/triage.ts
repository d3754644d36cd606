import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as grafana from "@pulumiverse/grafana";
import type { Config } from "../../config/config.ts";
import type { Host } from "../../providers/host.ts";
import { PodmanImage } from "../../providers/podman-image.ts";
import { PodmanSecret } from "../../providers/podman-secret.ts";
import { SystemdUnit } from "../../providers/systemd-unit.ts";
import { secretName, settingsFile } from "../../triage/service/settings.ts";
import type { GrafanaAccess } from "../grafana/access.ts";
import { imageOf } from "../images.ts";
import { type ObservabilityPod, podUser } from "../pod/observability-pod.ts";
import { triageContactPoint, triagePoint, triagePolicy } from "./contact-point.ts";
import { triageQuadlet, triageUnit } from "./container.ts";
import { programFiles } from "./files.ts";
import { triageSecrets, triageSettings } from "./settings.ts";

/** What Grafana shows to the service, made at random; undefined without a triage. */
export const triageToken = ({ triage }: Config, prefix: string): random.RandomPassword | undefined =>
  triage.enabled ? new random.RandomPassword(`${prefix}-triage-token`, { length: 40, special: false }) : undefined;

/** How Grafana tells the service of alerts, as `GrafanaCode` takes it. */
export const triageBeside = (config: Config, token: random.RandomPassword | undefined) =>
  token
    ? {
        beside: { points: { [triagePoint]: triageContactPoint(token.result) }, policies: [triagePolicy(config)] },
      }
    : {};

export interface TriageArgs {
  host: Host;
  config: Config;
  pod: ObservabilityPod;
  /** The service writes annotations there. */
  access: GrafanaAccess;
  /** What Grafana shows to the service. */
  token: random.RandomPassword;
}

/** The service that says what probably happened, beside each alert. */
export class Triage extends pulumi.ComponentResource {
  readonly image: PodmanImage;
  readonly unit: SystemdUnit;

  constructor(name: string, args: TriageArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("watchpost:index:Triage", name, {}, opts);
    const { host, config, pod, access, token } = args;
    const user = podUser(config);
    const on = { parent: this, provider: host, dependsOn: [pod.unit] };

    const account = new grafana.oss.ServiceAccount(
      `${name}-account`,
      // Grafana's least role that may write annotations
      { name: "watchpost-triage", role: "Editor" },
      access.for(this),
    );
    const key = new grafana.oss.ServiceAccountToken(
      `${name}-account-token`,
      { name: "watchpost-triage", serviceAccountId: account.id },
      { ...access.for(this), additionalSecretOutputs: ["key"] },
    );
    const value = pulumi
      .all([token.result, key.key])
      .apply(([receiver, grafana]) => JSON.stringify(triageSecrets(config, { receiver, grafana })));
    const secret = new PodmanSecret(`${name}-secret`, { user, secret: secretName, value: pulumi.secret(value) }, on);
    this.image = new PodmanImage(`${name}-image`, { user, ...imageOf(config.triage) }, on);
    this.unit = new SystemdUnit(
      `${name}-unit`,
      {
        unit: `${triageUnit}.service`,
        user,
        files: [
          { path: `${triageUnit}.container`, content: this.image.imageId.apply((id) => triageQuadlet(config, id)) },
          { path: settingsFile, content: `${JSON.stringify(triageSettings(config), null, 2)}\n` },
          ...programFiles(),
        ],
        triggers: [secret.version],
      },
      on,
    );
    this.registerOutputs({});
  }
}
