import type { badInputs } from "./bad-inputs.ts";

const smtp = { host: "mail.example.org:587", from: "watchpost@example.org" };
const ops = { emails: ["ops@example.org"] };
const alerting = (changes: Record<string, unknown>) => ({ alerting: { smtp, contactPoints: { ops }, ...changes } });
const point = (changes: Record<string, unknown>) => alerting({ contactPoints: { ops: changes } });
const route = (changes: Record<string, unknown>) => alerting({ routes: { warning: changes } });
const mute = (changes: Record<string, unknown>) => alerting({ muteTimings: { nights: [changes] } });

/** What is wrong in what fires, who is told, how often. */
export const badAlerting: typeof badInputs = [
  [
    "an invalid mail address",
    point({ emails: ["ops@example.org", "ops at example.org"] }),
    "alerting.contactPoints.ops.emails.1",
    /expected a mail address such as ops@example\.org/,
    '"ops at example.org"',
  ],
  [
    "a sender that is none",
    alerting({ smtp: { ...smtp, from: "Watchpost" } }),
    "alerting.smtp.from",
    /expected a mail address/,
    '"Watchpost"',
  ],
  [
    "a mail server without a port",
    alerting({ smtp: { ...smtp, host: "mail" } }),
    "alerting.smtp.host",
    /host:port/,
    '"mail"',
  ],
  [
    "mails without a server for them",
    alerting({ smtp: undefined }),
    "alerting.contactPoints.ops.emails",
    /expected alerting\.smtp beside it/,
    "none",
  ],
  [
    "contact points without access to Grafana",
    { ...alerting({}), grafana: { access: "none" } },
    "grafana.access",
    /expected tunnel or url beside alerting\.contactPoints/,
    "none",
  ],
  [
    "an invalid webhook",
    point({ webhook: { url: "hook.example.org" } }),
    "alerting.contactPoints.ops.webhook.url",
    /expected a URL/,
    '"hook.example.org"',
  ],
  [
    "a contact point that tells nobody",
    point({}),
    "alerting.contactPoints.ops",
    /expected emails, a webhook or both/,
    "{}",
  ],
  [
    "an invalid duration",
    route({ repeat: "1 day" }),
    "alerting.routes.warning.repeat",
    /expected a duration/,
    '"1 day"',
  ],
  ["an invalid wait", alerting({ groupWait: "soon" }), "alerting.groupWait", /expected a duration/, '"soon"'],
  [
    "an unknown severity",
    alerting({ routes: { fatal: {} } }),
    "alerting.routes.fatal",
    /is not a key that Watchpost knows/,
    "",
  ],
  [
    "an unknown contact point",
    route({ contactPoints: ["op"] }),
    "alerting.routes.warning.contactPoints.0",
    /expected a name of alerting\.contactPoints, .* the nearest is ops/,
    '"op"',
  ],
  [
    "an unknown mute timing",
    route({ muteTimings: ["nights"] }),
    "alerting.routes.warning.muteTimings.0",
    /expected a name of alerting\.muteTimings, .* there is none/,
    '"nights"',
  ],
  [
    "a night in one piece",
    mute({ times: [{ start: "22:00", end: "07:00" }] }),
    "alerting.muteTimings.nights.0.times.0",
    /expected an end after the start: over midnight takes two times/,
    "22:00",
  ],
  [
    "a time that is none",
    mute({ times: [{ start: "07.00", end: "09:00" }] }),
    "alerting.muteTimings.nights.0.times.0.start",
    /expected a time such as 22:00/,
    '"07.00"',
  ],
  [
    "a weekday that is none",
    mute({ weekdays: ["sat"] }),
    "alerting.muteTimings.nights.0.weekdays.0",
    /a weekday/,
    '"sat"',
  ],
  [
    "a time zone that is none",
    mute({ weekdays: ["sunday"], location: "Berlin" }),
    "alerting.muteTimings.nights.0.location",
    /expected a time zone such as Europe\/Berlin/,
    '"Berlin"',
  ],
  ["a mute timing of no time", mute({}), "alerting.muteTimings.nights.0", /expected times, weekdays or both/, "{}"],
  [
    "a mute timing called as Watchpost's",
    alerting({ muteTimings: { never: [{ weekdays: ["sunday"] }] } }),
    "alerting.muteTimings.never",
    /expected another name/,
    "a name of Watchpost's own",
  ],
  [
    "a contact point called as Watchpost's",
    alerting({ contactPoints: { heartbeat: ops }, heartbeat: { url: "https://watch.example.org/" } }),
    "alerting.contactPoints.heartbeat",
    /expected another name/,
    "a name of Watchpost's own",
  ],
  [
    "a heartbeat without anybody to tell",
    { alerting: { heartbeat: { url: "https://watch.example.org/" } } },
    "alerting.contactPoints",
    /expected at least one beside alerting\.heartbeat/,
    "none",
  ],
  [
    "a rule in the off list that does not exist",
    alerting({ off: ["Watchdog", "HostRebootet"] }),
    "alerting.off.1",
    /expected the name or uid of a rule, .* the nearest is HostRebooted/,
    '"HostRebootet"',
  ],
  [
    "a threshold outside its unit",
    alerting({ thresholds: { fileSystemFree: 5 } }),
    "alerting.thresholds.fileSystemFree",
    /expected a share from 0 to 1/,
    "5",
  ],
  [
    "a threshold that there is not",
    alerting({ thresholds: { filesystemFree: 0.1 } }),
    "alerting.thresholds.filesystemFree",
    /the nearest is fileSystemFree/,
    "is not a threshold that Watchpost knows",
  ],
  [
    "a threshold that is no number",
    alerting({ thresholds: { fileSystemFree: "5%" } }),
    "alerting.thresholds.fileSystemFree",
    /expected number/,
    '"5%"',
  ],
];
