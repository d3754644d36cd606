import * as pulumi from "@pulumi/pulumi";
import type { alerting as types } from "@pulumiverse/grafana/types/input.js";
import type { AlertingConfig } from "../../config/alerting.ts";
import { own } from "./notifications.ts";
import { use } from "./templates.ts";

/** What a contact point is made of. */
export interface ContactPointInputs {
  emails?: types.ContactPointEmail[];
  webhooks?: types.ContactPointWebhook[];
}

type Webhook = NonNullable<AlertingConfig["contactPoints"][string]["webhook"]>;

// Grafana shows a URL to whoever may see contact points: a token has a field of its own
const webhook = ({ url, token, scheme }: Webhook): types.ContactPointWebhook => ({
  url,
  httpMethod: "POST",
  ...(token === undefined ? {} : { authorizationScheme: scheme, authorizationCredentials: pulumi.secret(token) }),
});

const inputs = ({ emails, webhook: hook }: AlertingConfig["contactPoints"][string]): ContactPointInputs => ({
  ...(emails.length > 0
    ? { emails: [{ addresses: emails, singleEmail: true, subject: use("subject"), message: use("mail") }] }
    : {}),
  ...(hook ? { webhooks: [{ ...webhook(hook), maxAlerts: 20, title: use("subject"), message: use("webhook") }] } : {}),
});

// a push URL is often a secret by itself; and that the Watchdog is over is no heartbeat
const beat = (hook: Webhook): ContactPointInputs => ({
  webhooks: [{ ...webhook(hook), url: pulumi.secret(hook.url), disableResolveMessage: true }],
});

/** The contact points by name, that of the heartbeat among them. */
export const contactPoints = ({ contactPoints, heartbeat }: AlertingConfig): Record<string, ContactPointInputs> => ({
  ...Object.fromEntries(Object.entries(contactPoints).map(([name, point]) => [name, inputs(point)])),
  ...(heartbeat ? { [own.heartbeat]: beat(heartbeat) } : {}),
});
