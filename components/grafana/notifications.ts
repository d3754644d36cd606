import type { alerting as types } from "@pulumiverse/grafana/types/input.js";
import {
  type AlertingConfig,
  type MuteInterval,
  type Severity,
  severities,
  weekdays as week,
} from "../../config/alerting.ts";
import { canonical, inSeconds } from "../../config/duration.ts";

/** The rule that always fires: its silence is the alarm. */
export const watchdog = "Watchdog";

/** Watchpost's own contact point for the heartbeat, and its mute timing for what nobody is told. */
export const own = { heartbeat: "heartbeat", never: "never" } as const;

/** Alerts that are told together: those of one rule, service and host, so that a message is about one host. */
export const groupBies = ["alertname", "service", "host"];

type Policy = types.NotificationPolicyPolicy;

// Grafana takes no policy without a contact point, so what nobody is told is muted all day
const quiet = (contactPoint: string): Policy => ({ contactPoint, muteTimings: [own.never] });

const matching = (label: string, value: string): Policy => ({ matchers: [{ label, match: "=", value }] });

const heartbeatPolicy = ({ heartbeat }: AlertingConfig, first: string): Policy => ({
  ...matching("alertname", watchdog),
  ...(heartbeat
    ? {
        contactPoint: own.heartbeat,
        groupBies,
        groupWait: "0s",
        // looked at twice an interval: at one look an interval, the last beat is a moment too young at each second one
        groupInterval: canonical(`${inSeconds(heartbeat.interval) * 500}ms`),
        repeatInterval: canonical(heartbeat.interval),
      }
    : quiet(first)),
});

const severityPolicies = (config: AlertingConfig, severity: Severity): Policy[] => {
  const all = Object.keys(config.contactPoints);
  const { contactPoints = all, repeat, muteTimings } = config.routes[severity];
  const match = matching("severity", severity);
  if (contactPoints.length === 0) return [{ ...match, ...quiet(all[0] ?? "") }];
  return contactPoints.map((contactPoint, index) => ({
    ...match,
    contactPoint,
    groupBies,
    repeatInterval: canonical(repeat),
    ...(muteTimings.length > 0 ? { muteTimings } : {}),
    // to the next contact point of the same severity
    continue: index < contactPoints.length - 1,
  }));
};

/**
 * The one tree of who is told what; undefined without contact points, so that Grafana's own stays.
 * @param before policies that go before those of the severities, and go on to them.
 */
export const notificationPolicy = (config: AlertingConfig, before: Policy[] = []) => {
  const [first] = Object.keys(config.contactPoints);
  if (first === undefined) return undefined;
  return {
    contactPoint: first,
    groupBies,
    groupWait: canonical(config.groupWait),
    groupInterval: canonical(config.groupInterval),
    // for alerts of rules that others made
    repeatInterval: canonical(config.routes.warning.repeat),
    policies: [
      heartbeatPolicy(config, first),
      ...before,
      ...severities.flatMap((severity) => severityPolicies(config, severity)),
    ],
  };
};

/** Days as Grafana takes them and gives them back: its week ends on Saturday, so what goes on into the next is two ranges. */
const dayRanges = (range: string): string[] => {
  const [first = "", last = first] = range.split(":");
  const span = (from: string, to: string) => (from === to ? from : `${from}:${to}`);
  return week.indexOf(first) <= week.indexOf(last)
    ? [span(first, last)]
    : [span(first, "saturday"), span("sunday", last)];
};

const interval = ({ times, weekdays, location }: MuteInterval): types.MuteTimingInterval => ({
  ...(times.length > 0 ? { times } : {}),
  ...(weekdays.length > 0 ? { weekdays: weekdays.flatMap(dayRanges) } : {}),
  location,
});

/** Mute timings by name; `never` is there with the policy that uses it. */
export const muteTimings = (config: AlertingConfig): Record<string, types.MuteTimingInterval[]> => ({
  ...Object.fromEntries(Object.entries(config.muteTimings).map(([name, intervals]) => [name, intervals.map(interval)])),
  ...(notificationPolicy(config) ? { [own.never]: [{ times: [{ start: "00:00", end: "24:00" }] }] } : {}),
});
