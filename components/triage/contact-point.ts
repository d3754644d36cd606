import * as pulumi from "@pulumi/pulumi";
import type { alerting as types } from "@pulumiverse/grafana/types/input.js";
import type { Config } from "../../config/config.ts";
import { canonical } from "../../config/duration.ts";
import type { ContactPointInputs } from "../grafana/contact-points.ts";
import { groupBies } from "../grafana/notifications.ts";

/** Of the contact point by which Grafana tells the triage service. */
export const triagePoint = "triage";

/** Where the service listens inside the pod; nothing else reaches it. */
export const triagePort = 9099;

/** How Grafana tells the service; the token in Grafana's own field for it. */
export const triageContactPoint = (token: pulumi.Input<string>): ContactPointInputs => ({
  webhooks: [
    {
      url: `http://127.0.0.1:${triagePort}/webhook`,
      httpMethod: "POST",
      authorizationScheme: "Bearer",
      authorizationCredentials: pulumi.secret(token),
      maxAlerts: 20,
      disableResolveMessage: true,
    },
  ],
});

/** The policy by which alerts of the chosen severities go to the service and, unchanged, on to everybody else. */
export const triagePolicy = ({ triage }: Pick<Config, "triage">): types.NotificationPolicyPolicy => ({
  matchers: [{ label: "severity", match: "=~", value: triage.severities.join("|") }],
  contactPoint: triagePoint,
  groupBies,
  // a group is triaged once, however long it fires
  repeatInterval: canonical("1d"),
  continue: true,
});
