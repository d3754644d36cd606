import * as z from "zod";
import { duration, email, hostPort, httpUrl, name, webhookUrl } from "./values.ts";

/** How urgent an alert is, by the label `severity`. */
export const severities = ["critical", "warning", "info"] as const;
export type Severity = (typeof severities)[number];

// they stand between backquotes in Grafana's own config
const iniText = z.string().regex(/^[^`\n\r]+$/, "expected a text of one line without backquotes");

/** The server that takes Grafana's mails. */
export const smtp = z.strictObject({
  host: hostPort,
  user: iniText.optional(),
  password: z.string().min(1).optional(),
  from: email,
  fromName: iniText.default("Watchpost"),
  /** mandatory: no mail without TLS. */
  startTls: z.enum(["mandatory", "opportunistic", "none"]).default("mandatory"),
});

const webhook = {
  url: webhookUrl,
  /** Goes into the header Authorization. */
  token: z.string().min(1).optional(),
  scheme: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, "expected a word such as Bearer")
    .default("Bearer"),
};

/** A webhook that is told. */
export const webhookOf = z.strictObject(webhook);

/** Who is told, by mail, by webhook or both. */
const contactPoint = z
  .strictObject({
    emails: z.array(email).default([]),
    webhook: webhookOf.optional(),
  })
  .refine(({ emails, webhook }) => emails.length > 0 || webhook, "expected emails, a webhook or both");

const route = (repeat: string) =>
  z.prefault(
    z.strictObject({
      /** By default all of them; none keeps it quiet. */
      contactPoints: z.array(name).optional(),
      /** How long until an alert that still fires is told again. */
      repeat: duration.default(repeat),
      muteTimings: z.array(name).default([]),
    }),
    {},
  );

const time = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$/, "expected a time such as 22:00");
// `pulumi config set --path` keeps a number with a point as text
const number = z.preprocess(
  (value) => (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value),
  z.number(),
);

/** In Grafana's order. */
export const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const day = `(${weekdays.join("|")})`;
const weekday = z.string().regex(new RegExp(`^${day}(:${day})?$`), "expected a weekday or two, such as monday:friday");

const isZone = (zone: string) => {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
};

const interval = z
  .strictObject({
    times: z
      .array(
        z
          .strictObject({ start: time, end: time })
          .refine(({ start, end }) => start < end, "expected an end after the start: over midnight takes two times"),
      )
      .default([]),
    weekdays: z.array(weekday).default([]),
    location: z.string().refine(isZone, "expected a time zone such as Europe/Berlin").default("UTC"),
  })
  .refine(({ times, weekdays }) => times.length + weekdays.length > 0, "expected times, weekdays or both");

/** What fires, who is told, how often. */
export const alerting = z.strictObject({
  smtp: smtp.optional(),
  contactPoints: z.record(name, contactPoint).default({}),
  routes: z.prefault(z.strictObject({ critical: route("4h"), warning: route("1d"), info: route("1w") }), {}),
  /** Alerts of one rule, service and host are told as one: how long to wait for more of them, first and later. */
  groupWait: duration.default("30s"),
  groupInterval: duration.default("5m"),
  muteTimings: z.record(name, z.array(interval).min(1, "expected at least one interval")).default({}),
  /** Told every `interval` that alerts work; whoever listens raises an alarm on silence. */
  heartbeat: z.strictObject({ ...webhook, interval: duration.default("1m") }).optional(),
  /** The folder that holds docs/ with the runbooks, where browsers find it. */
  repository: httpUrl.optional(),
  /** Rules that are not wanted, by name or uid. */
  off: z.array(z.string()).default([]),
  /** In place of the rules' own thresholds; `npm run rules` shows them. */
  thresholds: z.record(z.string(), number).default({}),
});

export type AlertingConfig = z.output<typeof alerting>;
export type Smtp = z.output<typeof smtp>;
export type MuteInterval = z.output<typeof interval>;
