import type { AlertGroup } from "../alert.ts";
import { annotate } from "../grafana.ts";
import { HttpError, requestJson } from "../http.ts";
import { annotationText, plainText } from "../text.ts";
import type { Triage } from "../triage.ts";
import type { ServiceSecrets, ServiceSettings } from "./settings.ts";
import { sendMail } from "./smtp.ts";

/** Milliseconds for one webhook. */
const timeout = 15_000;

const subject = ({ title }: Triage) => `Triage: ${title}`;

/** What a webhook gets: the fields that Grafana's own webhooks have too, and the triage. */
const body = ({ key }: AlertGroup, triage: Triage) => ({
  status: "triage",
  groupKey: key,
  title: subject(triage),
  message: plainText(triage),
  triage,
});

const post = async ({ name, url, authorization }: ServiceSecrets["webhooks"][number], what: unknown) => {
  const headers: Record<string, string> = authorization ? { authorization } : {};
  try {
    await requestJson(url, { headers, body: what, timeout });
  } catch (cause) {
    // an answer that is no JSON is an answer
    if (cause instanceof HttpError && cause.status >= 200 && cause.status < 300) return;
    const why = cause instanceof HttpError && cause.status > 0 ? `status ${cause.status}` : "no answer";
    // its URL may be a secret
    throw new Error(`webhook of ${name}: ${why}`);
  }
};

/** Delivers a triage to the annotation, the webhooks and the mail server; one that fails does not keep the others. */
export const deliver = async (
  group: AlertGroup,
  triage: Triage,
  settings: ServiceSettings,
  secrets: ServiceSecrets,
): Promise<Error[]> => {
  const [alert] = group.alerts;
  const grafana = { url: settings.grafana, authorization: `Bearer ${secrets.grafanaToken}` };
  const labels = alert?.labels ?? {};
  const tags = [alert?.name, labels.service, labels.host].filter((tag) => tag !== undefined);
  const { mail } = settings;
  const deliveries = [
    annotate(grafana, alert?.startsAt ?? Date.now(), annotationText(triage), tags),
    ...secrets.webhooks.map((hook) => post(hook, body(group, triage))),
    ...(mail
      ? [
          sendMail(mail.server, secrets.smtpPassword, {
            to: mail.to,
            subject: subject(triage),
            text: plainText(triage),
          }),
        ]
      : []),
  ];
  const results = await Promise.allSettled(deliveries);
  return results.flatMap((result) => (result.status === "rejected" ? [result.reason as Error] : []));
};
