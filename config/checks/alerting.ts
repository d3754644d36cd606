import { offProblems, thresholdProblems } from "../../components/rules/index.ts";
import { type AlertingConfig, severities } from "../alerting.ts";
import type { Problem } from "../errors.ts";
import type { Sound } from "../listen.ts";
import { nearest } from "../nearest.ts";

const unknown = (what: string, got: string, names: string[]): string => {
  const close = nearest(got, names);
  return `expected ${what}, got ${JSON.stringify(got)}${close ? `: the nearest is ${close}` : ": there is none"}`;
};

const named = (path: string, what: string, got: string[], names: string[]): Problem[] =>
  got.flatMap((name, index) =>
    names.includes(name) ? [] : [{ path: `${path}.${index}`, message: unknown(what, name, names) }],
  );

const routes = ({ routes, contactPoints, muteTimings }: AlertingConfig): Problem[] =>
  severities.flatMap((severity) => {
    const path = `alerting.routes.${severity}`;
    const { contactPoints: told = [], muteTimings: muted } = routes[severity];
    return [
      ...named(`${path}.contactPoints`, "a name of alerting.contactPoints", told, Object.keys(contactPoints)),
      ...named(`${path}.muteTimings`, "a name of alerting.muteTimings", muted, Object.keys(muteTimings)),
    ];
  });

const mail = ({ smtp, contactPoints }: AlertingConfig): Problem[] =>
  smtp
    ? []
    : Object.entries(contactPoints)
        .filter(([, { emails }]) => emails.length > 0)
        .map(([name]) => ({
          path: `alerting.contactPoints.${name}.emails`,
          message: "expected alerting.smtp beside it, the server that takes the mails, got none",
        }));

const heartbeat = ({ heartbeat, contactPoints }: AlertingConfig): Problem[] => {
  const ours = heartbeat && "heartbeat" in contactPoints;
  return [
    ...(ours
      ? [{ path: "alerting.contactPoints.heartbeat", message: "is a name of Watchpost's own, expected another name" }]
      : []),
    ...(heartbeat && Object.keys(contactPoints).length === 0
      ? [{ path: "alerting.contactPoints", message: "expected at least one beside alerting.heartbeat, got none" }]
      : []),
  ];
};

const muted = ({ muteTimings }: AlertingConfig): Problem[] =>
  "never" in muteTimings
    ? [{ path: "alerting.muteTimings.never", message: "is a name of Watchpost's own, expected another name" }]
    : [];

/** What is wrong in who is told what, and in which rules are meant. */
export const alertingChecks = ({ alerting }: Sound): Problem[] =>
  alerting
    ? [
        ...mail(alerting),
        ...routes(alerting),
        ...heartbeat(alerting),
        ...muted(alerting),
        ...offProblems(alerting.off),
        ...thresholdProblems(alerting.thresholds),
      ]
    : [];
