import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/config.ts";
import type { Host } from "../../providers/host.ts";
import { SystemdUnit } from "../../providers/systemd-unit.ts";
import { collectorFiles, collectorUnit } from "./units.ts";

/** The host's look at what only it sees: the containers and units of all users, ZFS pools, who a uid is. */
export class HostCollector extends pulumi.ComponentResource {
  readonly unit: SystemdUnit;

  constructor(name: string, args: { host: Host; config: Config }, opts: pulumi.ComponentResourceOptions = {}) {
    super("watchpost:index:HostCollector", name, {}, opts);
    const { host, config } = args;
    this.unit = new SystemdUnit(
      `${name}-timer`,
      { unit: collectorUnit, user: "", files: collectorFiles(config) },
      { parent: this, provider: host, dependsOn: opts.dependsOn ?? [] },
    );
    this.registerOutputs({});
  }
}
