import { heartbeat } from "../../../components/uptime-watch/heartbeat.ts";
import { heartbeatUnit } from "../../stand-ins/grafana-heartbeat.ts";
import { cut, mend } from "./link.ts";
import { type TwoHosts, timing } from "./two-hosts.ts";

/** The alarm that the heartbeat's silence raises. */
export const silence = `${heartbeat.group}/${heartbeat.name}`;

/** One thing that may stop, by what, and what brings it back. */
export interface Stop {
  what: string;
  how(two: TwoHosts): string;
  stop(two: TwoHosts): Promise<unknown>;
  start(two: TwoHosts): Promise<unknown>;
  /** Seconds in which its silence has to be told. */
  within: number;
  /** Whether nothing of the host answers any more, so that its ssh port tells too. */
  ssh?: true;
}

const { within } = timing;
// Grafana looks at the rule Watchdog that often, and goes on telling what it saw
const evaluation = 60;
// the rule looks back that far, so that a restart of Alloy is no silence
const lookBack = 300;

/** What sends the beats: Grafana, or the unit that stands in for it. */
const sender = ({ rig }: TwoHosts) => (rig.realGrafana ? "watchpost-grafana.service" : heartbeatUnit);

const userUnit = (what: string, unit: (two: TwoHosts) => string, more: Partial<Stop> = {}): Stop => ({
  what,
  how: (two) => `systemctl --user stop ${unit(two)}`,
  stop: (two) => two.rig.guest.pod(`systemctl --user stop ${unit(two)}`),
  start: (two) => two.rig.guest.pod(`systemctl --user start ${unit(two)}`),
  within,
  ...more,
});

const alloy = "watchpost-alloy.service";

// what the pod takes with it comes back as at a boot
const all = "watchpost-pod watchpost-prometheus watchpost-loki watchpost-grafana";

/** Everything between the host's metrics and the watch, each stopped in turn. */
export const stops: readonly Stop[] = [
  userUnit("Prometheus", () => "watchpost-prometheus.service", { within: within + evaluation }),
  userUnit("Grafana", sender),
  userUnit("the pod", () => "watchpost-pod.service", {
    start: (two) => two.rig.guest.pod(`systemctl --user start ${all} ${sender(two)}`),
  }),
  {
    what: "the network between the two",
    how: () => "ip link set down",
    stop: ({ rig }) => cut(rig.guest),
    start: ({ rig }) => mend(rig.guest),
    within,
    ssh: true,
  },
  {
    what: "the host",
    how: () => "its plug pulled",
    stop: async ({ rig }) => process.kill(rig.host.leader, "SIGKILL"),
    start: (two) => two.bootServer(),
    within,
    ssh: true,
  },
  {
    what: "Alloy",
    how: () => `systemctl stop ${alloy}`,
    stop: ({ rig }) => rig.guest.sh(`systemctl stop ${alloy}`),
    start: ({ rig }) => rig.guest.sh(`systemctl start ${alloy}`),
    within: within + lookBack + evaluation,
  },
];

/** What came of it, in seconds. */
export interface Measured {
  /** From the stop to the alarm. */
  noticed: number;
  /** From the stop to the alarm of the ssh port, where nothing answers. */
  ssh?: number;
  /** From the moment at which the way back began to the end of the alarm. */
  closed: number;
}

/** A row of the table. */
export interface Row extends Measured {
  what: string;
  how: string;
  /** Seconds in which its silence had to be told. */
  within: number;
}

/** Stops one thing until it is noticed from outside, brings it back, and waits until all alarms are closed. */
export const measure = async (two: TwoHosts, { what, how, stop, start, within, ssh }: Stop): Promise<Row> => {
  const { sink, rig } = two;
  const port = `host/${rig.name} ssh`;
  const [slack, patience] = [60, 240];
  await two.beatsUntil(Date.now(), 0);
  const began = Date.now();
  await stop(two);
  // a unit may take seconds to stop, and the beats with it
  const allowed = within + (Date.now() - began) / 1000;
  const noticed = await sink.wait(silence, "firing", began, within + slack);
  const sshNoticed = ssh ? { ssh: await sink.wait(port, "firing", began, within + slack) } : {};
  const back = Date.now();
  await start(two);
  const closed = await sink.wait(silence, "resolved", back, patience);
  if (ssh) await sink.wait(port, "resolved", back, patience);
  if (noticed > allowed) throw new Error(`${what}: noticed after ${noticed} s, expected ${allowed} s or less`);
  return { what, how: how(two), within, noticed, ...sshNoticed, closed };
};
