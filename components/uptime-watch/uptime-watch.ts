import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/config.ts";
import { splitHostPort } from "../../config/host-port.ts";
import type { Host } from "../../providers/host.ts";
import { PodmanImage } from "../../providers/podman-image.ts";
import { PodmanSecret } from "../../providers/podman-secret.ts";
import { Preflight } from "../../providers/preflight.ts";
import { ServiceUser } from "../../providers/service-user.ts";
import { SystemdUnit } from "../../providers/systemd-unit.ts";
import { imageOf } from "../images.ts";
import { idRange } from "../pod/observability-pod.ts";
import { checkGatus, gatus, gatusQuadlet, gatusVolume } from "./container.ts";
import { gatusSecretsYaml, gatusYaml } from "./gatus.ts";

export interface UptimeWatchArgs {
  /** The watch host. */
  host: Host;
  config: Config;
  /** What sends the heartbeat: until that is up, its silence would be an alarm. */
  after: pulumi.Resource[];
}

/** The view from outside: Gatus on a host of its own, rootless, made from the same inventory. */
export class UptimeWatch extends pulumi.ComponentResource {
  readonly image: PodmanImage;
  readonly unit: SystemdUnit;

  constructor(name: string, args: UptimeWatchArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("watchpost:index:UptimeWatch", name, {}, opts);
    const { host, config, after } = args;
    const { watch, deleteData } = config;
    const { user } = watch;
    const home = watch.home ?? `/home/${user}`;
    const on = { parent: this, provider: host };

    const ports = [String(splitHostPort(watch.listen).port)];
    const asked = { user, home, range: idRange, ports, diskMib: 512, users: {} };
    const preflight = new Preflight(`${name}-preflight`, asked, on);
    const fixed = { shell: "/usr/sbin/nologin", linger: true, range: idRange, keepData: !deleteData };
    const serviceUser = new ServiceUser(`${name}-user`, { user, home, ...fixed }, { ...on, dependsOn: [preflight] });
    const afterUser = { ...on, dependsOn: [serviceUser] };

    this.image = new PodmanImage(`${name}-image`, { user, ...imageOf(watch) }, afterUser);
    const value = pulumi.secret(gatusSecretsYaml(config));
    const secret = new PodmanSecret(`${name}-secret`, { user, secret: gatus.secret, value }, afterUser);
    const quadlet = this.image.imageId.apply((id) => gatusQuadlet(watch, id));
    this.unit = new SystemdUnit(
      `${name}-gatus`,
      {
        unit: `${gatus.unit}.service`,
        user,
        files: [
          { path: `${gatus.unit}.container`, content: quadlet },
          { path: `${gatus.volume}.volume`, content: gatusVolume },
          { path: gatus.config, content: gatusYaml(config) },
        ],
        validate: [this.image.imageId.apply(checkGatus)],
        triggers: [secret.version],
        deleteVolumes: deleteData ? [gatus.volume] : [],
      },
      { ...on, dependsOn: [this.image, secret, ...after] },
    );
    this.registerOutputs({});
  }
}
