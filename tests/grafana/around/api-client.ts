import * as pulumi from "@pulumi/pulumi";
import { contactPoints } from "../../../components/grafana/contact-points.ts";
import type { GrafanaContent } from "../../../components/grafana/content.ts";
import { folderUid } from "../../../components/grafana/dashboards.ts";
import { muteTimings, notificationPolicy } from "../../../components/grafana/notifications.ts";
import { messageTemplates } from "../../../components/grafana/templates.ts";
import type { GrafanaRuleGroup } from "../../../components/rules/grafana.ts";
import type { AlertingConfig } from "../../../config/alerting.ts";
import type { Grafana } from "./grafana.ts";

/*
 * In place of the engine and its grafana plugin, which only its vendor has: puts what the program renders into Grafana
 * through the same HTTP API. What it shows is that Grafana takes it and works with it, not that the plugin does.
 */

const provisioning = "/api/v1/provisioning";

type Values = Record<string, unknown>;

/** Inputs as the engine would give them to the plugin. */
const resolved = <T>(inputs: T): Promise<Values> =>
  new Promise((resolve) => {
    pulumi.output(inputs as pulumi.Input<Values>).apply((values) => resolve(values as Values));
  });

const withoutNothing = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** One integration of a contact point in the API's words. */
const integration = (name: string, type: "email" | "webhook", inputs: Values) => {
  const { addresses, authorizationScheme, authorizationCredentials, disableResolveMessage, maxAlerts, ...same } =
    inputs;
  const settings = withoutNothing({
    ...same,
    addresses: (addresses as string[] | undefined)?.join(";"),
    authorization_scheme: authorizationScheme,
    authorization_credentials: authorizationCredentials,
    maxAlerts,
  });
  return { name, type, settings, disableResolveMessage: disableResolveMessage === true };
};

const putContactPoints = async (grafana: Grafana, alerting: AlertingConfig) => {
  for (const [name, inputs] of Object.entries(contactPoints({ alerting, encrypted: [] }))) {
    const { emails = [], webhooks = [] } = (await resolved(inputs)) as { emails?: Values[]; webhooks?: Values[] };
    for (const one of emails)
      await grafana.api("POST", `${provisioning}/contact-points`, integration(name, "email", one));
    for (const one of webhooks)
      await grafana.api("POST", `${provisioning}/contact-points`, integration(name, "webhook", one));
  }
};

const route = ({ policies, matchers, ...values }: Values): Values =>
  withoutNothing({
    receiver: values.contactPoint,
    group_by: values.groupBies,
    group_wait: values.groupWait,
    group_interval: values.groupInterval,
    repeat_interval: values.repeatInterval,
    mute_time_intervals: values.muteTimings,
    continue: values.continue,
    object_matchers: (matchers as Values[] | undefined)?.map(({ label, match, value }) => [label, match, value]),
    routes: (policies as Values[] | undefined)?.map(route),
  });

const putPolicy = async (grafana: Grafana, alerting: AlertingConfig) => {
  for (const [name, intervals] of Object.entries(muteTimings(alerting))) {
    const time_intervals = (intervals as { times?: { start: string; end: string }[] }[]).map(({ times, ...rest }) => ({
      ...rest,
      ...(times ? { times: times.map(({ start, end }) => ({ start_time: start, end_time: end })) } : {}),
    }));
    await grafana.api("POST", `${provisioning}/mute-timings`, { name, time_intervals });
  }
  const policy = notificationPolicy(alerting);
  if (policy) await grafana.api("PUT", `${provisioning}/policies`, route({ ...policy }));
};

/** Rules in the API's words. */
const putGroup = (grafana: Grafana, { name, intervalSeconds, rules }: GrafanaRuleGroup) =>
  grafana.api("PUT", `${provisioning}/folder/${folderUid}/rule-groups/${name}`, {
    title: name,
    folderUid,
    interval: intervalSeconds,
    rules: rules.map(({ name: title, datas, ...rule }) => ({
      ...rule,
      title,
      orgID: 1,
      folderUID: folderUid,
      ruleGroup: name,
      data: datas.map(({ model, ...data }) => ({ ...data, model: JSON.parse(model) })),
    })),
  });

/** Puts dashboards and rules into Grafana, as a first `up` does. */
export const putContent = async (grafana: Grafana, { dashboards, groups }: GrafanaContent): Promise<void> => {
  await grafana.api("POST", "/api/folders", { uid: folderUid, title: "Watchpost" });
  for (const { json } of dashboards)
    await grafana.api("POST", "/api/dashboards/db", { dashboard: JSON.parse(json), folderUid, overwrite: true });
  for (const group of groups) await putGroup(grafana, group);
};

/** Takes rules and dashboards out of Grafana, the folder with them. */
export const takeContent = async (grafana: Grafana, { groups }: GrafanaContent): Promise<void> => {
  for (const { name } of groups) await grafana.api("DELETE", `${provisioning}/folder/${folderUid}/rule-groups/${name}`);
  await grafana.api("DELETE", `/api/folders/${folderUid}?forceDeleteRules=true`);
};

/** Puts into Grafana who is told what, in the order in which the program has it. */
export const putAlerting = async (grafana: Grafana, alerting: AlertingConfig): Promise<void> => {
  for (const [name, template] of Object.entries(messageTemplates))
    await grafana.api("PUT", `${provisioning}/templates/${name}`, { template });
  await putContactPoints(grafana, alerting);
  await putPolicy(grafana, alerting);
};

/** Sets how people log in. */
export const putLogin = async (grafana: Grafana, settings: Values): Promise<void> => {
  await grafana.api("PUT", "/api/v1/sso-settings/generic_oauth", { provider: "generic_oauth", settings });
};
