import { Guest } from "../../tests/host/guest.ts";
import type { Bench } from "../benchmark.ts";
import type { Stage } from "../stage.ts";
import { lineOf } from "../writers.ts";
import { type Loss, tellLoss } from "./line-run.ts";

// a limit of 0 would be journald's own
const noLimit = "--property=LogRateLimitIntervalSec=30s --property=LogRateLimitBurst=100000000";

const parts = ["journald", "alloy", "loki"] as const;
type Part = (typeof parts)[number];

/** The cgroup of each part's unit. */
const cgroupsOf = async (guest: Guest, pod: string): Promise<Record<Part, string>> => {
  const show = "show --property=ControlGroup --value";
  return {
    journald: await guest.sh(`systemctl ${show} systemd-journald.service`),
    alloy: await guest.sh(`systemctl ${show} watchpost-alloy.service`),
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
export const flood = async (bench: Bench, stage: Stage, lines: number): Promise<Loss> => {
  const { report } = bench;
  const guest = new Guest(stage.host);
  const cgroups = await cgroupsOf(guest, stage.config.pod.user);
  const before = await cpuOf(guest, cgroups);
  const since = Date.now() / 1000;
  await guest.sh(
    `systemd-run --wait --collect --quiet --unit=bench-flood ${noLimit} seq -f '${lineOf("flood", "%07.0f")}' ${lines}`,
  );
  const wrote = Date.now() / 1000 - since;
  const loss = await tellLoss(bench, stage, { run: "flood", lines, since });
  const after = await cpuOf(guest, cgroups);
  const seconds = loss.complete - since;
  report({ metric: "logs.sustained.rate", value: lines / seconds, unit: "lines/s" });
  report.note(
    `logs.sustained: ${lines} lines in the journal after ${wrote.toFixed(1)} s, in Loki after ${seconds.toFixed(1)} s`,
  );
  for (const part of parts) {
    const cpu = after[part] - before[part];
    report({ metric: `logs.sustained.cpu.${part}`, value: (cpu * 1000) / lines, unit: "CPU s per 1000 lines" });
    report.note(`logs.sustained: ${part} used ${((100 * cpu) / seconds).toFixed(0)} % of a core meanwhile`);
  }
  return loss;
};
