import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/config.ts";
import { inSeconds } from "../../config/duration.ts";
import type { Host } from "../../providers/host.ts";
import { HostFile } from "../../providers/host-file.ts";
import { word } from "../../providers/script.ts";
import { SystemdUnit } from "../../providers/systemd-unit.ts";
import { renderQuadlet } from "../quadlet.ts";
import { unitsOf } from "../scrape/service-labels.ts";
import { maxFileSize, rotationFiles, rotationUnit } from "./rotation.ts";

/** The drop-in by which journald owns retention. Source: journald.conf(5). */
export const journaldConf = (config: Config): string => {
  const { journal } = config;
  return renderQuadlet({
    Journal: {
      Storage: "persistent",
      SystemMaxUse: journal.maxSize,
      SystemMaxFileSize: maxFileSize(config),
      MaxRetentionSec: journal.maxAge,
      RateLimitIntervalSec: journal.rateLimit.interval,
      RateLimitBurst: journal.rateLimit.burst,
      // the one log of the host: no second copy for a syslog
      ForwardToSyslog: "no",
    },
  });
};

/** A drop-in of a unit, for a service with a rate limit of its own. Source: systemd.exec(5), LogRateLimitBurst=. */
export interface RateLimit {
  service: string;
  /** `{uid:NAME}` is that user's id on the host. */
  unit: string;
  content: string;
  /** Makes it true of a unit that runs. */
  apply: string;
}

// systemd does not pass a 0 on to journald, which then keeps to its own limit; more than this overflows journald's sums
const unlimited = 100_000_000;

// journald learns a unit's limit by links that systemd makes when it starts the unit, and no reload makes them: to restart
// a user's manager would restart all that the user runs
const applyLimit = (unit: string, microseconds: number, burst: number): string => {
  const link = "/run/systemd/units/log-rate-limit";
  const [, user] = /\{uid:(.+)\}/.exec(unit) ?? [];
  return [
    `unit=${user === undefined ? word(unit) : unit.replace(/\{uid:.+\}/, () => `$(id -u ${word(user)})`)}`,
    "systemctl daemon-reload",
    `if [ ! -e /etc/systemd/system/$unit.d/50-watchpost.conf ]; then rm -f ${link}-interval:$unit ${link}-burst:$unit`,
    `elif systemctl --quiet is-active $unit; then ln -sfn ${microseconds} ${link}-interval:$unit && ln -sfn ${burst} ${link}-burst:$unit`,
    "fi",
  ].join("\n");
};

/** The units whose lines journald takes at another rate: a system service's own, or the manager of a rootless one's user. */
export const rateLimits = ({ services }: Config): RateLimit[] =>
  Object.entries(services).flatMap(([service, { rateLimit, user, units, containers }]) => {
    if (!rateLimit) return [];
    const { interval } = rateLimit;
    const burst = rateLimit.burst === 0 ? unlimited : rateLimit.burst;
    const content = renderQuadlet({ Service: { LogRateLimitIntervalSec: interval, LogRateLimitBurst: burst } });
    const own = unitsOf({ units, containers }).filter((unit) => unit.endsWith(".service"));
    return (user === "root" ? own : [`user@{uid:${user}}.service`]).map((unit) => ({
      service,
      unit,
      content,
      apply: applyLimit(unit, Math.round(inSeconds(interval) * 1e6), burst),
    }));
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
        // journald keeps the streams of running services over a restart, and files the size that they were made for
        apply: "systemctl restart systemd-journald.service && journalctl --flush && journalctl --rotate",
      },
      on,
    );
    for (const { service, unit, content, apply } of rateLimits(config))
      new HostFile(
        `${name}-rate-${service}-${unit.replace(/@.*|\.service$/, "")}`,
        {
          ...file,
          path: `/etc/systemd/system/${unit}.d/50-watchpost.conf`,
          content,
          apply,
        },
        on,
      );
    new SystemdUnit(`${name}-rotation`, { unit: rotationUnit, user: "", files: rotationFiles(config) }, on);
    this.registerOutputs({});
  }
}
