import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import type { Host } from "../providers/host.ts";
import { HostFile } from "../providers/host-file.ts";

/** The drop-in by which journald owns retention. Source: journald.conf(5). */
export const journaldConf = ({ journal }: Config): string =>
  [
    "[Journal]",
    "Storage=persistent",
    `SystemMaxUse=${journal.maxSize}`,
    `MaxRetentionSec=${journal.maxAge}`,
    `RateLimitIntervalSec=${journal.rateLimit.interval}`,
    `RateLimitBurst=${journal.rateLimit.burst}`,
    "",
  ].join("\n");

/** journald as the one log of the host: persistent, bounded in size and age. */
export class Journald extends pulumi.ComponentResource {
  constructor(name: string, args: { host: Host; config: Config }, opts: pulumi.ComponentResourceOptions = {}) {
    super("watchpost:index:Journald", name, {}, opts);
    new HostFile(
      `${name}-retention`,
      {
        path: "/etc/systemd/journald.conf.d/50-watchpost.conf",
        content: journaldConf(args.config),
        mode: "644",
        owner: "root:root",
        // journald keeps the streams of running services over a restart
        apply: "systemctl restart systemd-journald.service && journalctl --flush",
      },
      { parent: this, provider: args.host, dependsOn: opts.dependsOn ?? [] },
    );
    this.registerOutputs({});
  }
}
