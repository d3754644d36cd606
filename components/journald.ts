import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import type { Host } from "../providers/host.ts";
import { HostFile } from "../providers/host-file.ts";
import { renderQuadlet } from "./quadlet.ts";
import { unitsOf } from "./service-labels.ts";

/** The drop-in by which journald owns retention. Source: journald.conf(5). */
export const journaldConf = ({ journal }: Config): string =>
  renderQuadlet({
    Journal: {
      Storage: "persistent",
      SystemMaxUse: journal.maxSize,
      MaxRetentionSec: journal.maxAge,
      RateLimitIntervalSec: journal.rateLimit.interval,
      RateLimitBurst: journal.rateLimit.burst,
      // the one log of the host: no second copy for a syslog
      ForwardToSyslog: "no",
    },
  });

/** A drop-in of a unit, for a service with a rate limit of its own. Source: systemd.exec(5), LogRateLimitBurst=. */
export interface RateLimit {
  service: string;
  /** `{uid:NAME}` is that user's id on the host. */
  unit: string;
  content: string;
}

/** The units whose lines journald takes at another rate: a system service's own, or the manager of a rootless one's user. */
export const rateLimits = ({ services }: Config): RateLimit[] =>
  Object.entries(services).flatMap(([service, { rateLimit, user, units, containers }]) => {
    if (!rateLimit) return [];
    const { interval, burst } = rateLimit;
    const content = renderQuadlet({ Service: { LogRateLimitIntervalSec: interval, LogRateLimitBurst: burst } });
    const own = unitsOf({ units, containers }).filter((unit) => unit.endsWith(".service"));
    return (user === "root" ? own : [`user@{uid:${user}}.service`]).map((unit) => ({ service, unit, content }));
  });

/** journald as the one log of the host: persistent, bounded in size and age, with a rate limit for each that needs one. */
export class Journald extends pulumi.ComponentResource {
  constructor(name: string, args: { host: Host; config: Config }, opts: pulumi.ComponentResourceOptions = {}) {
    super("watchpost:index:Journald", name, {}, opts);
    const { host, config } = args;
    const on = { parent: this, provider: host, dependsOn: opts.dependsOn ?? [] };
    const file = { mode: "644", owner: "root:root" };
    new HostFile(
      `${name}-retention`,
      {
        ...file,
        path: "/etc/systemd/journald.conf.d/50-watchpost.conf",
        content: journaldConf(config),
        // journald keeps the streams of running services over a restart
        apply: "systemctl restart systemd-journald.service && journalctl --flush",
      },
      on,
    );
    for (const { service, unit, content } of rateLimits(config))
      new HostFile(
        `${name}-rate-${service}-${unit.replace(/@.*|\.service$/, "")}`,
        {
          ...file,
          path: `/etc/systemd/system/${unit}.d/50-watchpost.conf`,
          content,
          apply: "systemctl daemon-reload",
        },
        on,
      );
    this.registerOutputs({});
  }
}
