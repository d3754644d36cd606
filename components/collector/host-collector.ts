import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/config.ts";
import type { Host } from "../../providers/host.ts";
import { SystemdUnit } from "../../providers/systemd-unit.ts";
import { cgroupsFiles, cgroupsUnit } from "../cgroups/units.ts";
import { collectorFiles, collectorUnit } from "./units.ts";

/** The host's look at what only it sees: the containers and units of all users, their control groups, ZFS pools, who a uid is. */
export class HostCollector extends pulumi.ComponentResource {
  readonly unit: SystemdUnit;

  constructor(name: string, args: { host: Host; config: Config }, opts: pulumi.ComponentResourceOptions = {}) {
    super("watchpost:index:HostCollector", name, {}, opts);
    const { host, config } = args;
    const on = { parent: this, provider: host, dependsOn: opts.dependsOn ?? [] };
    this.unit = new SystemdUnit(`${name}-timer`, { unit: collectorUnit, user: "", files: collectorFiles(config) }, on);
    // by the names that the collector knows
    const cgroups = { unit: cgroupsUnit, user: "", files: cgroupsFiles(config) };
    new SystemdUnit(`${name}-cgroups`, cgroups, { ...on, dependsOn: [this.unit] });
    this.registerOutputs({});
  }
}
