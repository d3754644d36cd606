import type { Row } from "../tests/host/outside/dead-man.ts";
import type { Rebuilt } from "../tests/host/outside/rebuild.ts";

/** What one run has seen. */
export interface DeadManRun {
  /** `2026-11-25` */
  date: string;
  /** Grafana's version; undefined where something stood in for it. */
  grafana: string | undefined;
  /** The engine's other plugins that stood in for the real ones, by name. */
  standIns: string[];
  stops: Row[];
  rebuilt: Rebuilt;
  /** What break-glass said. */
  transcript: string;
  timing: { beat: number; within: number; interval: number };
}

const row = ({ what, how, within, noticed, ssh, closed }: Row) =>
  `| ${what} | ${how} | ${within} s | ${noticed} s | ${ssh === undefined ? "-" : `${ssh} s`} | ${closed} s |`;

/** Who looks at the rule Watchdog and posts the heartbeat. */
const sender = ({ grafana }: DeadManRun): string =>
  grafana === undefined
    ? `Grafana could not be had in this run: a stand-in asks Prometheus for the rule Watchdog and posts while it holds, as Grafana does.
  It looks at each beat, where Grafana looks once a minute.`
    : `Grafana ${grafana} itself evaluates the rule Watchdog, posts the heartbeat, and is what is stopped.`;

const others = ({ standIns }: DeadManRun): string =>
  standIns.length > 0
    ? `For the engine's plugins ${standIns.join(" and ")}, which deploy, stand-ins were taken; the rest is real.`
    : "Nothing else stood in for anything.";

/** docs/dead-man.md. */
export const deadManPage = (seen: DeadManRun): string => {
  const { date, stops, rebuilt, timing } = seen;
  return `# The dead man's switch, tried

Made by \`npm run dead-man -- --write\` on ${date}; not to be edited by hand.

Two throwaway hosts, each with a network namespace of its own and a cable between them: the whole stack on one, Gatus on the
other. The heartbeat is sent every ${timing.beat} s, its silence is to be told within ${timing.within} s (\`watch.within\`), and the ssh port is
looked at every ${timing.interval} s. By default these are 1 minute, 10 minutes and 1 minute. Alarms are timed where they arrive, at a webhook.

| stopped | how | configured | noticed after | ssh port told after | closed after |
|---|---|---|---|---|---|
${stops.map(row).join("\n")}

- *Noticed* counts from the stop to the alarm at the webhook; *closed* from the beginning of the way back (a boot included) to the end of the alarm.
- Gatus looks at the heartbeat twice in \`watch.within\`: a silence is told after half of it to all of it.
- Prometheus may take a minute longer: Grafana evaluates the rule Watchdog once a minute. Alloy takes six: the rule looks five minutes
  back, so that a restart of Alloy is no alarm.
- After a start Grafana sends its first beat when it has evaluated the rule, up to a minute and a half later.
- ${sender(seen)}
  ${others(seen)}
- No alarm is raised by an \`up\` that restarts every part, a restart of Grafana, a reboot or a power cut of the watch host:
  \`npm test -- host/watch\` tries that, with a real Grafana where one is given.

## The host is gone for good

The machine was removed with all that was on it, and another one, with another host key, put in its place.

| | |
|---|---|
| noticed after | ${rebuilt.noticed} s |
| the two \`pulumi up --refresh --run-program\` of [rebuild.md](rebuild.md) onto the new machine | ${rebuilt.up} s |
| alarm closed, from the start of the first | ${rebuilt.closed} s |
`;
};
