import type { Config } from "../../config/config.ts";
import { inSeconds } from "../../config/duration.ts";
import { isEncrypted } from "../../config/encrypted.ts";
import { knownRules } from "../../triage/rules.ts";
import type { Concealable, ServiceSecrets, ServiceSettings } from "../../triage/service/settings.ts";
import { selectRules } from "../rules/index.ts";
import { podPorts } from "../scrape/jobs.ts";
import { triagePort } from "./contact-point.ts";

const milliseconds = (duration: string) => Math.round(inSeconds(duration) * 1000);

const chosen = ({ triage, alerting }: Config) =>
  triage.contactPoints.flatMap((name) => {
    const point = alerting.contactPoints[name];
    return point ? [{ name, ...point }] : [];
  });

const modelOf = ({ triage }: Config): Pick<ServiceSettings, "model"> => {
  const { endpoint, model, contextTokens, timeout, retries } = triage;
  if (endpoint === undefined) return {};
  return { model: { endpoint, model, contextTokens, timeout: milliseconds(timeout), retries } };
};

const mailOf = (config: Config): Pick<ServiceSettings, "mail"> => {
  const to = [...new Set(chosen(config).flatMap(({ emails }) => emails))];
  const { smtp } = config.alerting;
  if (!smtp || to.length === 0) return {};
  const { host, user, from, fromName, startTls } = smtp;
  return { mail: { server: { host, user, from, fromName, startTls }, to } };
};

/** The parts that may be secret, and those of them that are. */
const concealable = (config: Config): { plain: Partial<Concealable>; secret: Partial<Concealable> } => {
  const { mask } = config.triage;
  const points = config.triage.contactPoints.map((name) => `alerting.contactPoints.${name}.emails`);
  const parts: [paths: string[], part: Partial<Concealable>][] = [
    [["triage.mask"], { mask }],
    [["triage.endpoint", "triage.model"], modelOf(config)],
    [
      ["alerting.smtp.host", "alerting.smtp.user", "alerting.smtp.from", "alerting.smtp.fromName", ...points],
      mailOf(config),
    ],
  ];
  const isSecret = (paths: string[]) => paths.some((path) => isEncrypted(config, path));
  const merged = (secret: boolean) =>
    Object.assign({}, ...parts.filter(([paths]) => isSecret(paths) === secret).map(([, part]) => part));
  return { plain: merged(false), secret: merged(true) };
};

const noMasks = { off: [], more: {} };

/** What the service reads from its settings file: the pod's containers share one loopback. */
export const triageSettings = (config: Config): ServiceSettings => {
  const { mask = noMasks, model, mail } = concealable(config).plain;
  return {
    port: triagePort,
    loki: `http://127.0.0.1:${podPorts.loki}`,
    prometheus: `http://127.0.0.1:${podPorts.prometheus}`,
    grafana: `http://127.0.0.1:${podPorts.grafana}`,
    rules: knownRules(selectRules(config.alerting.off)),
    mask,
    ...(model ? { model } : {}),
    queue: config.triage.queue,
    quiet: milliseconds(config.triage.quiet),
    ...(mail ? { mail } : {}),
  };
};

/** What the service reads from its podman secret. @param tokens made by the program. */
export const triageSecrets = (config: Config, tokens: { receiver: string; grafana: string }): ServiceSecrets => ({
  receiverToken: tokens.receiver,
  grafanaToken: tokens.grafana,
  apiKey: config.triage.apiKey,
  smtpPassword: config.alerting.smtp?.password,
  ...concealable(config).secret,
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
