import { stringify } from "yaml";
import type { Config } from "../../config/config.ts";
import { inSeconds } from "../../config/duration.ts";
import { splitHostPort } from "../../config/host-port.ts";
import { failures, joinHostPort, type WatchCheck, type WatchConfig, watchChecks } from "./checks.ts";
import { heartbeat, withinOf } from "./heartbeat.ts";

// Gatus replaces $NAME by the environment, also in secrets
const yaml = (value: unknown): string => stringify(value, { lineWidth: 0 }).replaceAll("$", "$$$$");

/** The alerts of an endpoint, one for each way in which somebody is told. */
const alerts = (watch: WatchConfig, about: string, { failed, well }: { failed: number; well: number }) =>
  [...(watch.webhook ? ["custom"] : []), ...(watch.emails.length > 0 ? ["email"] : [])].map((type) => ({
    type,
    description: about.replaceAll(/["\\]/g, "'"),
    "failure-threshold": failed,
    "success-threshold": well,
    "send-on-resolved": true,
  }));

/** The same, told again while they hold; Gatus takes no shorter time than five minutes. */
const repeated = (watch: WatchConfig, about: string) =>
  alerts(watch, about, { failed: failures, well: 2 }).map((alert) => ({
    ...alert,
    "minimum-reminder-interval": `${Math.max(300, inSeconds(watch.repeat))}s`,
  }));

const look = (check: WatchCheck): Record<string, unknown> => {
  switch (check.kind) {
    case "http":
      return { url: check.url, conditions: ["[STATUS] < 400", `[RESPONSE_TIME] < ${check.latency * 1000}`] };
    case "certificate":
      return { url: check.url, conditions: [`[CERTIFICATE_EXPIRATION] > ${check.days * 24}h`] };
    case "ssh":
      // Gatus's own ssh:// waits minutes for a host that is gone; this one ends after 10 s, and wants an answer
      return {
        url: `tcp://${joinHostPort(check)}`,
        body: "SSH-2.0-Watchpost\r\n",
        conditions: ["[CONNECTED] == true"],
      };
    case "dns":
      return {
        url: joinHostPort(check.resolver),
        dns: { "query-name": check.host, "query-type": "A" },
        conditions: ["[DNS_RCODE] == NOERROR"],
      };
  }
};

/** What Gatus looks at; no secret in it. Source of the keys: Gatus 5.35's README. */
export const gatusYaml = (config: Config): string =>
  yaml({
    metrics: true,
    // so that an alarm that was told before a restart is closed after it
    storage: { type: "sqlite", path: "/data/gatus.db" },
    web: { port: 8080 },
    ui: { title: "Watchpost from outside", header: "Watchpost from outside" },
    endpoints: watchChecks(config).map((check) => ({
      name: check.name,
      group: check.group,
      interval: `${check.every}s`,
      ...look(check),
      alerts: repeated(config.watch, check.about),
    })),
  });

const body = JSON.stringify({
  status: "[ALERT_TRIGGERED_OR_RESOLVED]",
  title: "[ALERT_TRIGGERED_OR_RESOLVED]: [ENDPOINT_GROUP]/[ENDPOINT_NAME]",
  message: "[ALERT_DESCRIPTION]",
  endpoint: "[ENDPOINT_GROUP]/[ENDPOINT_NAME]",
  url: "[ENDPOINT_URL]",
  errors: "[RESULT_ERRORS]",
});

const custom = ({ url, token, scheme }: NonNullable<WatchConfig["webhook"]>) => ({
  url,
  method: "POST",
  body,
  headers: {
    "Content-Type": "application/json",
    ...(token === undefined ? {} : { Authorization: `${scheme} ${token}` }),
  },
  // the words of Grafana's webhook
  placeholders: { ALERT_TRIGGERED_OR_RESOLVED: { TRIGGERED: "firing", RESOLVED: "resolved" } },
});

// Gatus puts host and port together as they stand: an IPv6 address keeps its brackets
const server = (hostPort: string) => {
  const { host, port } = splitHostPort(hostPort);
  return { host: host.includes(":") ? `[${host}]` : host, port };
};

const email = ({ emails }: WatchConfig, { host, from, user, password }: NonNullable<WatchConfig["smtp"]>) => ({
  from,
  to: emails.join(","),
  ...server(host),
  ...(user === undefined ? {} : { username: user }),
  ...(password === undefined ? {} : { password }),
});

/**
 * Whom Gatus tells and whose beat it waits for: its second file, a secret. Its lists are added to the first one's.
 * The silence is seen at a tick of Gatus's, up to twice the interval after the last beat.
 */
export const gatusSecretsYaml = (config: Config): string => {
  const { alerting, watch } = config;
  const smtp = watch.smtp ?? alerting.smtp;
  const token = alerting.heartbeat?.token;
  const silence = `no heartbeat: Grafana, Prometheus, Alloy, the host or the network is down`;
  return yaml({
    alerting: {
      ...(watch.webhook ? { custom: custom(watch.webhook) } : {}),
      ...(smtp && watch.emails.length > 0 ? { email: email(watch, smtp) } : {}),
    },
    ...(token === undefined
      ? {}
      : {
          "external-endpoints": [
            {
              ...heartbeat,
              token,
              heartbeat: { interval: `${inSeconds(withinOf(config)) / 2}s` },
              // told once: Gatus would tell an external endpoint again at each tick, whatever the time between
              alerts: alerts(watch, silence, { failed: 1, well: 1 }),
            },
          ],
        }),
  });
};
