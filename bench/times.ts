import type { Report } from "./result.ts";
import { median } from "./statistics.ts";
import type { Timing } from "./timing.ts";

/** What a peer took for the same work in the same rounds. */
export interface PeerTimings {
  peer: string;
  timings: Timing[];
}

/** Seconds as figures: the median, next to each peer's; all of them are told to people. */
const reportSeconds = (report: Report, metric: string, seconds: number[], versus: Record<string, number[]>): void => {
  const value = median(seconds);
  const tell = (who: string, all: number[]) => {
    const [least, most] = [Math.min(...all), Math.max(...all)].map((one) => one.toFixed(2));
    report.note(`${who}: median ${median(all).toFixed(2)} s, least ${least} s, most ${most} s of ${all.length}`);
  };
  report({ metric, value, unit: "s" });
  tell(metric, seconds);
  for (const [peer, all] of Object.entries(versus)) {
    report({ metric, value: median(all), unit: "s", peer, ratio: value / median(all) });
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
  reportSeconds(report, metric, wall.ours, wall.theirs);
  reportSeconds(report, `${metric}.cpu`, cpu.ours, cpu.theirs);
};
