import type { Path } from "./encrypted.ts";
import type { Problem } from "./errors.ts";
import type { Sound } from "./listen.ts";

// what is not here stands in names, units, command lines or files of the host that all of its users read
const secretOnes = [
  "hosts.*.address",
  "hosts.*.hostKey",
  "hosts.*.privateKey",
  "hosts.*.jump.address",
  "hosts.*.jump.user",
  "hosts.*.jump.hostKey",
  "hosts.*.jump.privateKey",
  "hosts.*.jump.*.address",
  "hosts.*.jump.*.user",
  "hosts.*.jump.*.hostKey",
  "hosts.*.jump.*.privateKey",
  "grafana.adminPassword",
  "grafana.apiUrl",
  "grafana.login.url",
  "grafana.login.slug",
  "grafana.login.clientId",
  "grafana.login.clientSecret",
  "grafana.login.roles.*.*",
  "grafana.login.allowedGroups.*",
  "services.*.health",
  "alerting.smtp.host",
  "alerting.smtp.user",
  "alerting.smtp.password",
  "alerting.smtp.from",
  "alerting.smtp.fromName",
  "alerting.contactPoints.*.emails.*",
  "alerting.contactPoints.*.webhook.url",
  "alerting.contactPoints.*.webhook.token",
  "alerting.contactPoints.*.webhook.scheme",
  "alerting.heartbeat.url",
  "alerting.heartbeat.token",
  "alerting.heartbeat.scheme",
  "alerting.repository",
  "watch.emails.*",
  "watch.smtp.host",
  "watch.smtp.user",
  "watch.smtp.password",
  "watch.smtp.from",
  "watch.smtp.fromName",
  "watch.webhook.url",
  "watch.webhook.token",
  "watch.webhook.scheme",
  "triage.endpoint",
  "triage.model",
  "triage.apiKey",
  "triage.mask.more.*",
].map((pattern) => new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", "[^.]+")}$`));

const watched = /^hosts\.([^.]+)\.address$/;

/** Why a value cannot be kept secret; undefined where it can. */
const whyNot = (path: Path, { hosts = {} }: Sound): string | undefined => {
  if (!secretOnes.some((pattern) => pattern.test(path))) return "names, units, files or command lines of the host";
  const host = hosts[watched.exec(path)?.[1] ?? ""];
  // a host behind a jump host is not looked at
  const seen = host?.role === "server" && !host.jump && Object.values(hosts).some(({ role }) => role === "watch");
  return seen ? "the files of the host that watches it" : undefined;
};

/**
 * Encrypted values that would not stay secret: they would stand on the host where all of its users read them.
 * @param encrypted The paths; one without a point, a whole section of which nobody knows what is meant, is left alone.
 */
export const encryptionProblems = (encrypted: readonly Path[], config: Sound): Problem[] =>
  encrypted
    .filter((path) => path.includes("."))
    .flatMap((path) => {
      const where = whyNot(path, config);
      const message = `is encrypted, and would stand in plain text in ${where}: set it without --secret`;
      return where === undefined ? [] : [{ path, message }];
    });
