import { setTimeout as pause } from "node:timers/promises";
import { Guest } from "../tests/host/guest.ts";
import { fleetSeen, startFleet } from "../tests/host/neighbours/fleet.ts";
import type { Benchmark } from "./benchmark.ts";
import { usualFleet } from "./fleet.ts";
import { storesOf } from "./stores.ts";

const settle = 100; // seconds: a run of the collector, and the three scrapes that are looked at
const most = 12;

/** What users and their containers cost the stores. Aim: a few streams and some tens of series a container. */
export const series: Benchmark = {
  about: `streams in Loki and series in Prometheus for ${usualFleet.users} users x ${usualFleet.containers} containers`,
  async run({ stage: open, report }) {
    const guest = new Guest((await open()).host);
    await pause(settle * 1000);
    const before = await storesOf(guest);
    report.note(`series: starts ${usualFleet.users} users x ${usualFleet.containers} containers`);
    await startFleet(guest, usualFleet);
    await fleetSeen(guest, usualFleet);
    await pause(settle * 1000);
    const after = await storesOf(guest);
    const containers = usualFleet.users * usualFleet.containers;
    for (const what of ["streams", "series"] as const) {
      report({ metric: `series.${what}.before`, value: before[what], unit: what });
      report({ metric: `series.${what}`, value: after[what], unit: what });
      // what the users cost beside their containers included
      report({ metric: `series.${what}.per_container`, value: (after[what] - before[what]) / containers, unit: what });
    }
    report({ metric: "series.streams.unnamed", value: after.unnamed - before.unnamed, unit: "streams" });
    for (const [job, value] of Object.entries(after.jobs))
      report({ metric: `series.series.${job}`, value, unit: "series" });
    const names = Object.entries(after.names).sort(([, a], [, b]) => b - a);
    for (const [name, count] of names.slice(0, most)) report.note(`series: ${count} of ${name}`);
  },
};
