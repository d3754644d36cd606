import type { Config } from "../../config/config.ts";
import { inSeconds } from "../../config/duration.ts";
import { knownRules } from "../../triage/rules.ts";
import type { ServiceSecrets, ServiceSettings } from "../../triage/service/settings.ts";
import { selectRules } from "../rules/index.ts";
import { podPorts } from "../scrape/jobs.ts";
import { triagePort } from "./contact-point.ts";

const milliseconds = (duration: string) => Math.round(inSeconds(duration) * 1000);

const chosen = ({ triage, alerting }: Config) =>
  triage.contactPoints.flatMap((name) => {
    const point = alerting.contactPoints[name];
    return point ? [{ name, ...point }] : [];
  });

/** What the service reads from its settings file: the pod's containers share one loopback. */
export const triageSettings = (config: Config): ServiceSettings => {
  const { triage, alerting } = config;
  const { endpoint, model, contextTokens, timeout, retries } = triage;
  const to = [...new Set(chosen(config).flatMap(({ emails }) => emails))];
  const { smtp } = alerting;
  return {
    port: triagePort,
    loki: `http://127.0.0.1:${podPorts.loki}`,
    prometheus: `http://127.0.0.1:${podPorts.prometheus}`,
    grafana: `http://127.0.0.1:${podPorts.grafana}`,
    rules: knownRules(selectRules(alerting.off)),
    mask: triage.mask,
    ...(endpoint === undefined
      ? {}
      : { model: { endpoint, model, contextTokens, timeout: milliseconds(timeout), retries } }),
    queue: triage.queue,
    quiet: milliseconds(triage.quiet),
    ...(smtp && to.length > 0
      ? {
          mail: {
            server: {
              host: smtp.host,
              user: smtp.user,
              from: smtp.from,
              fromName: smtp.fromName,
              startTls: smtp.startTls,
            },
            to,
          },
        }
      : {}),
  };
};

/** What the service reads from its podman secret. @param tokens made by the program. */
export const triageSecrets = (config: Config, tokens: { receiver: string; grafana: string }): ServiceSecrets => ({
  receiverToken: tokens.receiver,
  grafanaToken: tokens.grafana,
  apiKey: config.triage.apiKey,
  smtpPassword: config.alerting.smtp?.password,
  webhooks: chosen(config).flatMap(({ name, webhook }) =>
    webhook
      ? [
          {
            name,
            url: webhook.url,
            ...(webhook.token === undefined ? {} : { authorization: `${webhook.scheme} ${webhook.token}` }),
          },
        ]
      : [],
  ),
});
