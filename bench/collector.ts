import { Guest } from "../tests/host/guest.ts";
import { fleetSeen, startFleet } from "../tests/host/neighbours/fleet.ts";
import type { Benchmark } from "./benchmark.ts";
import { usualFleet } from "./fleet.ts";
import { python } from "./host/python.ts";
import { median } from "./statistics.ts";

const window = 30; // as many scrapes in each
const interval = 60; // seconds, the collector's default

interface Runs {
  busy: number[];
  quiet: number[];
  took: number[];
}

/** What the look at all users' containers costs. Aim: 2 % of a core at the default interval. */
export const collector: Benchmark = {
  about: `CPU of the collector's run with ${usualFleet.users} users x ${usualFleet.containers} containers`,
  async run({ stage: open, report, rounds }) {
    const stage = await open();
    const guest = new Guest(stage.host);
    await startFleet(guest, usualFleet);
    await fleetSeen(guest, usualFleet);
    report.note(`collector: ${rounds} runs, ${2 * window * rounds} s`);
    // started, its first run is at once
    await guest.sh("systemctl stop watchpost-collector.timer watchpost-collector.path");
    try {
      const { busy, quiet, took } = await python<Runs>(stage, "collector", [rounds, window]);
      const cpu = median(busy.map((seconds, round) => seconds - (quiet[round] ?? 0)));
      report({ metric: "collector.cpu", value: cpu, unit: "CPU s" });
      report({ metric: "collector.run", value: median(took), unit: "s" });
      report({ metric: "collector.share", value: (100 * cpu) / interval, unit: "% of a core" });
      const all = (values: number[]) => values.map((value) => value.toFixed(2)).join(" ");
      report.note(`collector: CPU s of the host with a run ${all(busy)}, without ${all(quiet)}`);
    } finally {
      await guest.sh("systemctl start watchpost-collector.timer");
    }
  },
};
