import * as pulumi from "@pulumi/pulumi";
import type { alerting as types } from "@pulumiverse/grafana/types/input.js";
import type { AlertingConfig } from "../../config/alerting.ts";
import type { Config } from "../../config/config.ts";
import { secretIf } from "../secret-if.ts";
import { own } from "./notifications.ts";
import { use } from "./templates.ts";

/** What a contact point is made of. */
export interface ContactPointInputs {
  emails?: types.ContactPointEmail[];
  webhooks?: types.ContactPointWebhook[];
}

type Alerting = Pick<Config, "alerting" | "encrypted">;
type Webhook = NonNullable<AlertingConfig["contactPoints"][string]["webhook"]>;

// Grafana shows a URL to whoever may see contact points: a token has a field of its own
const webhook = (config: Alerting, at: string, { url, token, scheme }: Webhook): types.ContactPointWebhook => ({
  url: secretIf(config, `${at}.url`, url),
  httpMethod: "POST",
  ...(token === undefined
    ? {}
    : {
        authorizationScheme: secretIf(config, `${at}.scheme`, scheme),
        authorizationCredentials: pulumi.secret(token),
      }),
});

const inputs = (config: Alerting, name: string): ContactPointInputs => {
  const { emails = [], webhook: hook } = config.alerting.contactPoints[name] ?? {};
  const at = `alerting.contactPoints.${name}`;
  const addresses = secretIf(config, `${at}.emails`, emails);
  const words = { title: use("subject"), message: use("webhook") };
  return {
    ...(emails.length > 0
      ? { emails: [{ addresses, singleEmail: true, subject: use("subject"), message: use("mail") }] }
      : {}),
    ...(hook ? { webhooks: [{ ...webhook(config, `${at}.webhook`, hook), maxAlerts: 20, ...words }] } : {}),
  };
};

// a push URL is often a secret by itself; and that the Watchdog is over is no heartbeat
const beat = (config: Alerting, hook: Webhook): ContactPointInputs => ({
  webhooks: [
    { ...webhook(config, "alerting.heartbeat", hook), url: pulumi.secret(hook.url), disableResolveMessage: true },
  ],
});

/** The contact points by name, that of the heartbeat among them. */
export const contactPoints = (config: Alerting): Record<string, ContactPointInputs> => {
  const { contactPoints, heartbeat } = config.alerting;
  return {
    ...Object.fromEntries(Object.keys(contactPoints).map((name) => [name, inputs(config, name)])),
    ...(heartbeat ? { [own.heartbeat]: beat(config, heartbeat) } : {}),
  };
};
