import * as pulumi from "@pulumi/pulumi";
import { GrafanaAccess, type GrafanaAccessArgs } from "./access.ts";
import { Alerting, type AlertingArgs } from "./alerting.ts";
import { contactPoints } from "./contact-points.ts";
import type { GrafanaContent } from "./content.ts";
import { Dashboards, folderUid } from "./dashboards.ts";
import { GrafanaLogin } from "./login.ts";
import { muteTimings } from "./notifications.ts";

export interface GrafanaCodeArgs extends Omit<GrafanaAccessArgs, "made"> {
  content: GrafanaContent;
  /** Who is told beside the contact points of the config. */
  beside?: AlertingArgs["beside"];
}

/** All of Grafana that is code: who may log in, what is shown, what fires. */
export class GrafanaCode extends pulumi.ComponentResource {
  readonly login: GrafanaLogin | undefined;
  /** For what else lives in Grafana. */
  readonly access: GrafanaAccess;

  constructor(name: string, args: GrafanaCodeArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("watchpost:index:GrafanaCode", name, {}, opts);
    const { host, content, beside } = args;
    const { grafana, alerting } = args.config;
    const parent = { parent: this };
    const made = {
      folder: folderUid,
      groups: content.groups.map(({ name }) => name),
      points: Object.keys({ ...contactPoints(args.config), ...beside?.points }),
      timings: Object.keys(muteTimings(alerting)),
    };
    const access = new GrafanaAccess(`${name}-access`, { ...args, made }, parent);
    this.access = access;
    const { login, rootUrl = "" } = grafana;
    this.login = login ? new GrafanaLogin(`${name}-login`, { host, access, login, rootUrl }, parent) : undefined;
    const { dashboards, groups } = content;
    const { folder } = new Dashboards(`${name}-dashboards`, { access, dashboards }, parent);
    new Alerting(
      `${name}-alerting`,
      { access, config: args.config, groups, folder, ...(beside ? { beside } : {}) },
      parent,
    );
    this.registerOutputs({});
  }
}
