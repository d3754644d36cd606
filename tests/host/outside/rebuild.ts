import { silence } from "./dead-man.ts";
import { type TwoHosts, timing } from "./two-hosts.ts";

/** A rebuild of the server, in seconds. */
export interface Rebuilt {
  /** From the loss of the machine to the alarm. */
  noticed: number;
  /** The two `pulumi up --refresh --run-program` that put everything on the new machine: the host, then Grafana. */
  up: number;
  /** From the start of the first to the end of the alarm. */
  closed: number;
}

/** Loses the server with all that is on it, puts another machine in its place, and rebuilds it out of the repository. */
export const rebuild = async (two: TwoHosts): Promise<Rebuilt> => {
  const { sink } = two;
  await two.beatsUntil(Date.now(), 0);
  const lost = Date.now();
  await two.replaceServer();
  const noticed = await sink.wait(silence, "firing", lost, timing.within + 60);
  const began = Date.now();
  const both = { refresh: true, runProgram: true };
  // a refresh would ask Grafana for what is in it, and there is none yet
  const host = await two.rig.stack.up({ ...both, exclude: ["**GrafanaCode**"], excludeDependents: true });
  const grafana = await two.rig.stack.up(both);
  // what stands in for Grafana's alerting is no part of the stack
  await two.startHeartbeat();
  const up = Math.round(10 * (host.seconds + grafana.seconds)) / 10;
  return { noticed, up, closed: await sink.wait(silence, "resolved", began, 120 + up) };
};
