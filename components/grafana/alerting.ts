import * as pulumi from "@pulumi/pulumi";
import * as grafana from "@pulumiverse/grafana";
import type { alerting as types } from "@pulumiverse/grafana/types/input.js";
import type { Config } from "../../config/config.ts";
import type { GrafanaRuleGroup } from "../rules/grafana.ts";
import { secretIf } from "../secret-if.ts";
import type { GrafanaAccess } from "./access.ts";
import { type ContactPointInputs, contactPoints } from "./contact-points.ts";
import { muteTimings, notificationPolicy } from "./notifications.ts";
import { messageTemplates } from "./templates.ts";

export interface AlertingArgs {
  access: GrafanaAccess;
  config: Config;
  /** The rules as the provider takes them, with stable uids. */
  groups: readonly GrafanaRuleGroup[];
  folder: grafana.oss.Folder;
  /** Who is told beside the contact points of the config, and by which policies. */
  beside?: {
    points: Record<string, ContactPointInputs>;
    policies: types.NotificationPolicyPolicy[];
  };
}

/** What fires, who is told, and in which words. */
export class Alerting extends pulumi.ComponentResource {
  constructor(name: string, args: AlertingArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("watchpost:index:Alerting", name, {}, opts);
    const { access, config, groups, folder, beside = { points: {}, policies: [] } } = args;
    const { alerting } = config;
    const on = access.for(this);
    const templates = Object.entries(messageTemplates).map(
      ([template, text]) =>
        new grafana.alerting.MessageTemplate(
          `${name}-template-${template.replace("watchpost-", "")}`,
          { name: template, template: text },
          on,
        ),
    );
    const points = Object.entries({ ...contactPoints(config), ...beside.points }).map(
      ([point, inputs]) =>
        new grafana.alerting.ContactPoint(
          `${name}-to-${point}`,
          { name: point, ...inputs },
          // Grafana refuses to delete one that the policy still names: the new one comes first
          { ...on, dependsOn: templates, deleteBeforeReplace: false },
        ),
    );
    const timings = Object.entries(muteTimings(alerting)).map(
      ([timing, intervals]) =>
        new grafana.alerting.MuteTiming(`${name}-mute-${timing}`, { name: timing, intervals }, on),
    );
    makePolicy();
    for (const { name: group, rules, ...rest } of groups) {
      const args = {
        name: group,
        folderUid: folder.uid,
        ...rest,
        rules: secretIf(config, "alerting.repository", rules),
      };
      new grafana.alerting.RuleGroup(`${name}-rules-${group}`, args, on);
    }
    this.registerOutputs({});

    function makePolicy() {
      const policy = notificationPolicy(alerting, beside.policies);
      if (policy)
        new grafana.alerting.NotificationPolicy(`${name}-policy`, policy, {
          ...on,
          dependsOn: [...points, ...timings],
        });
    }
  }
}
