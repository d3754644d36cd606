import type { Problem } from "../errors.ts";
import { roles } from "../grafana.ts";
import type { Sound } from "../listen.ts";
import { nearest } from "../nearest.ts";

const access = ({ grafana }: Sound): Problem[] =>
  grafana?.access === "url" && !grafana.apiUrl && !grafana.rootUrl
    ? [{ path: "grafana.apiUrl", message: "expected the URL of Grafana's API, or grafana.rootUrl, got neither" }]
    : [];

const login = ({ grafana }: Sound): Problem[] => {
  const { login, rootUrl, enabled } = grafana ?? {};
  if (!login || !enabled) return [];
  const path = "grafana.login";
  const lack = [
    ...(rootUrl ? [] : [["grafana.rootUrl", "the URL that people open: the login sends them back to it"]]),
    ...(grafana?.access === "none" ? [["grafana.access", "tunnel or url beside grafana.login"]] : []),
    ...(login.clientId && !login.clientSecret ? [[`${path}.clientSecret`, "the secret of clientId"]] : []),
    ...(login.clientSecret && !login.clientId ? [[`${path}.clientId`, "the id that clientSecret is of"]] : []),
  ].map(([at = "", what]) => ({
    path: at,
    message: `expected ${what}, got ${at.endsWith("access") ? "none" : "nothing"}`,
  }));
  const file =
    login.blueprintFile && login.clientId
      ? [
          {
            path: `${path}.blueprintFile`,
            message: "expected none beside clientId: a client of your own takes no blueprint",
          },
        ]
      : [];
  return [...lack, ...file, ...groupsOf(path, login)];
};

const groupsOf = (path: string, login: NonNullable<NonNullable<Sound["grafana"]>["login"]>): Problem[] => {
  const seen = new Map<string, string>();
  const twice = roles.flatMap((role) =>
    login.roles[role].flatMap((group, index) => {
      const at = `${path}.roles.${role}.${index}`;
      const first = seen.get(group);
      seen.set(group, first ?? at);
      return first
        ? [{ path: at, message: `expected each group under one role, got ${group} again after ${first}` }]
        : [];
    }),
  );
  const unknown = (login.allowedGroups ?? []).flatMap((group, index) => {
    if (seen.has(group)) return [];
    const near = nearest(group, seen.keys());
    const message = `expected a group of ${path}.roles, got ${JSON.stringify(group)}${near ? `: the nearest is ${near}` : ""}`;
    return [{ path: `${path}.allowedGroups.${index}`, message }];
  });
  return [...twice, ...unknown];
};

const told = ({ grafana, alerting }: Sound): Problem[] =>
  grafana?.access === "none" && Object.keys(alerting?.contactPoints ?? {}).length > 0
    ? [{ path: "grafana.access", message: "expected tunnel or url beside alerting.contactPoints, got none" }]
    : [];

/** What is wrong in how Grafana is reached and logged in to. */
export const grafana = (config: Sound): Problem[] => [...access(config), ...login(config), ...told(config)];
