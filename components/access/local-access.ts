import * as pulumi from "@pulumi/pulumi";
import type { Config, Server } from "../../config/config.ts";
import type { Host } from "../../providers/host.ts";
import { HostFile } from "../../providers/host-file.ts";
import { SystemdUnit } from "../../providers/systemd-unit.ts";
import { renderQuadlet } from "../quadlet.ts";
import { type Port, portsOf, warningOf } from "./ports.ts";
import { accessFiles, accessUnit } from "./units.ts";

// systemd applies it to slices that are there when it next looks at one's properties
const applySlices =
  "systemctl daemon-reload && systemctl list-units --plain --no-legend 'user-*.slice' | while read -r slice _; do " +
  'systemctl set-property --runtime "$slice" IPAccounting=no; rm -f "/run/systemd/system.control/$slice.d/50-IPAccounting.conf"; done';

const deny = (ports: Port[]) => renderQuadlet({ Slice: { SocketBindDeny: ports.map(({ port }) => `tcp:${port}`) } });

export interface LocalAccessArgs {
  server: Server;
  host: Host;
  config: Config;
}

/**
 * Who of the host's users may connect to the stack's ports on the loopback, and who may listen there: the stack alone.
 * A host whose systemd has no BPF leaves out the second, and nobody is connected with whoever listens in the stack's place.
 */
export class LocalAccess extends pulumi.ComponentResource {
  constructor(name: string, { server, host, config }: LocalAccessArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("watchpost:index:LocalAccess", name, {}, opts);
    const on = { parent: this, provider: host, dependsOn: opts.dependsOn ?? [] };
    const ports = portsOf(config, server.user);
    const warning = warningOf(config);
    if (warning) pulumi.log.warn(warning, this);
    const dropIn = { mode: "644", owner: "root:root", apply: applySlices };
    const slices = "/etc/systemd/system";
    const own =
      config.pod.user === "root"
        ? []
        : [
            new HostFile(
              `${name}-own-slice`,
              {
                ...dropIn,
                path: `${slices}/user-{uid:${config.pod.user}}.slice.d/60-watchpost.conf`,
                content: renderQuadlet({ Slice: { SocketBindDeny: "" } }),
              },
              on,
            ),
          ];
    new HostFile(
      `${name}-slices`,
      { ...dropIn, path: `${slices}/user-.slice.d/50-watchpost.conf`, content: deny(ports) },
      { ...on, dependsOn: own },
    );
    new SystemdUnit(`${name}-table`, { unit: accessUnit, user: "", files: accessFiles(ports) }, on);
    this.registerOutputs({});
  }
}
