import type { Report, Result } from "./result.ts";
import { median, rounded } from "./statistics.ts";
import type { Timing } from "./timing.ts";

/** What a peer took for the same work in the same rounds. */
export interface PeerTimings {
  peer: string;
  timings: Timing[];
}

/** A figure as its median, next to each peer's; all values are told to people. */
export const reportMedians = (
  report: Report,
  { metric, unit }: Pick<Result, "metric" | "unit">,
  values: number[],
  versus: Record<string, number[]>,
): void => {
  const value = median(values);
  const tell = (who: string, all: number[]) => {
    const [middle, least, most] = [median(all), Math.min(...all), Math.max(...all)].map(rounded);
    report.note(`${who}: median ${middle} ${unit}, least ${least}, most ${most} of ${all.length}`);
  };
  report({ metric, value, unit });
  tell(metric, values);
  for (const [peer, all] of Object.entries(versus)) {
    report({ metric, value: median(all), unit, peer, ratio: value / median(all) });
    tell(`${metric}, ${peer}`, all);
  }
};

/** Times as figures: wall clock, and CPU under the same name with `.cpu`. */
export const reportTimes = (report: Report, metric: string, timings: Timing[], peers: PeerTimings[] = []): void => {
  const of = (what: keyof Timing) => ({
    ours: timings.map((one) => one[what]),
    theirs: Object.fromEntries(peers.map(({ peer, timings }) => [peer, timings.map((one) => one[what])])),
  });
  const [wall, cpu] = [of("seconds"), of("cpu")];
  reportMedians(report, { metric, unit: "s" }, wall.ours, wall.theirs);
  reportMedians(report, { metric: `${metric}.cpu`, unit: "s" }, cpu.ours, cpu.theirs);
};
