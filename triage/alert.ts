/** A firing alert, as Grafana's alertmanager has it. */
export interface Alert {
  /** The label `alertname`; `unnamed` without it. */
  name: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Milliseconds since 1970. */
  startsAt: number;
}

/** Alerts that are told together, and triaged together. */
export interface AlertGroup {
  /** The same for the same group each time it is told. */
  key: string;
  alerts: Alert[];
}

/** How many alerts of a group are kept: the rest is counted. */
export const mostAlerts = 20;

/** Labels or annotations of an alert, and characters of each: what is kept of a foreign body is bounded. */
const most = { texts: 50, length: 2000 };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const texts = (value: unknown): Record<string, string> =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .slice(0, most.texts)
          .flatMap(([key, text]) =>
            typeof text === "string" && text !== "" ? [[key, text.slice(0, most.length)]] : [],
          ),
      )
    : {};

const timeOf = (value: unknown, now: number): number => {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  // Go's zero time is no time
  return Number.isNaN(time) || time < 0 ? now : time;
};

/** One alert of the API's or the webhook's JSON; whatever it lacks has a default. */
export const alertFrom = (value: unknown, now: number): Alert => {
  const { labels: given, annotations, startsAt } = isObject(value) ? value : {};
  const labels = texts(given);
  return {
    name: labels.alertname ?? "unnamed",
    labels,
    annotations: texts(annotations),
    startsAt: timeOf(startsAt, now),
  };
};

/**
 * The alerts that GET /api/alertmanager/grafana/api/v2/alerts answers.
 * @throws TypeError when the answer is no list.
 */
export const alertsFromApi = (body: unknown, now: number): Alert[] => {
  if (!Array.isArray(body)) throw new TypeError(`expected a list of alerts, got ${describe(body)}`);
  return body.map((alert) => alertFrom(alert, now));
};

const describe = (value: unknown): string => {
  if (Array.isArray(value)) return "a list";
  if (!isObject(value)) return value === null ? "null" : `a ${typeof value}`;
  return `an object with the keys ${Object.keys(value).slice(0, 5).join(", ") || "none"}`;
};

/** Groups alerts as the notification policy does: by rule and service, and by host. */
export const groupsOf = (alerts: readonly Alert[]): AlertGroup[] =>
  [...Map.groupBy(alerts, ({ name, labels }) => `${name} ${labels.service ?? ""} ${labels.host ?? ""}`.trim())].map(
    ([key, members]) => ({ key, alerts: members.toSorted((a, b) => a.startsAt - b.startsAt) }),
  );

/**
 * The group of a body that Grafana's webhook contact point posts, firing alerts only.
 * Source: its fields in Grafana's documentation, "webhook notifier".
 * @returns undefined when nothing of it fires.
 * @throws TypeError that says what was expected, when the body is not Grafana's.
 */
export const groupFromWebhook = (body: unknown, now: number): AlertGroup | undefined => {
  if (!isObject(body) || !Array.isArray(body.alerts) || typeof body.groupKey !== "string")
    throw new TypeError(`expected Grafana's webhook body, with groupKey and alerts, got ${describe(body)}`);
  const firing = body.alerts.filter((alert) => isObject(alert) && alert.status !== "resolved");
  const alerts = firing.slice(0, mostAlerts).map((alert) => alertFrom(alert, now));
  if (alerts.length === 0) return undefined;
  return { key: body.groupKey.slice(0, 1000), alerts: alerts.toSorted((a, b) => a.startsAt - b.startsAt) };
};
