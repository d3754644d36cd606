import { Guest } from "../../tests/host/guest.ts";
import type { Bench } from "../benchmark.ts";
import type { Stage } from "../stage.ts";
import { lineOf } from "../writers.ts";
import { type Loss, tellLoss } from "./line-run.ts";

// a limit of 0 would be journald's own
const noLimit = "--property=LogRateLimitIntervalSec=30s --property=LogRateLimitBurst=100000000";

/** What a run of lines is called, and the unit that takes the journal to Loki. */
export interface Flood {
  run: string;
  lines: number;
  agent: string;
}

const parts = ["journald", "agent", "loki"] as const;
type Part = (typeof parts)[number];

/** How a flood went. */
export interface Flow {
  loss: Loss;
  /** Lines a second, until all are in Loki. */
  rate: number;
  /** CPU seconds of each part for 1,000 lines. */
  cpu: Record<Part, number>;
}

/** The cgroup of each part's unit. */
const cgroupsOf = async (guest: Guest, pod: string, agent: string): Promise<Record<Part, string>> => {
  const show = "show --property=ControlGroup --value";
  return {
    journald: await guest.sh(`systemctl ${show} systemd-journald.service`),
    agent: await guest.sh(`systemctl ${show} ${agent}`),
    loki: await guest.sh(`systemctl --user ${show} watchpost-loki.service`, { user: pod }),
  };
};

/** CPU seconds so far of each part. */
const cpuOf = async (guest: Guest, cgroups: Record<Part, string>): Promise<Record<Part, number>> => {
  const read = async (part: Part) => {
    const stat = await guest.sh(`sed -n 's/^usage_usec //p' /sys/fs/cgroup${cgroups[part]}/cpu.stat`);
    return [part, Number(stat) / 1e6] as const;
  };
  return Object.fromEntries(await Promise.all(parts.map(read))) as Record<Part, number>;
};

/** A system service writes as fast as journald takes it: what the way to Loki does a second, and what it costs. */
export const flood = async (bench: Bench, stage: Stage, { run, lines, agent }: Flood): Promise<Flow> => {
  const guest = new Guest(stage.host);
  const cgroups = await cgroupsOf(guest, stage.config.pod.user, agent);
  const before = await cpuOf(guest, cgroups);
  const since = Date.now() / 1000;
  await guest.sh(
    `systemd-run --wait --collect --quiet --unit=bench-${run} ${noLimit} seq -f '${lineOf(run, "%07.0f")}' ${lines}`,
  );
  const wrote = Date.now() / 1000 - since;
  const loss = await tellLoss(bench, stage, { run, lines, since });
  const after = await cpuOf(guest, cgroups);
  const seconds = loss.complete - since;
  bench.report.note(
    `${run}: ${lines} lines in the journal after ${wrote.toFixed(1)} s, in Loki after ${seconds.toFixed(1)} s`,
  );
  const cpu = (part: Part) => {
    const used = after[part] - before[part];
    bench.report.note(`${run}: ${part} used ${((100 * used) / seconds).toFixed(0)} % of a core meanwhile`);
    return (used * 1000) / lines;
  };
  return { loss, rate: lines / seconds, cpu: { journald: cpu("journald"), agent: cpu("agent"), loki: cpu("loki") } };
};
