import { setTimeout as pause } from "node:timers/promises";
import { Rig } from "../tests/host/rig.ts";
import { hiddenSeen } from "../tests/host/tenants/links.ts";
import { whoseLines } from "../tests/host/tenants/noise.ts";
import { startVictim } from "../tests/host/tenants/users.ts";
import type { Benchmark } from "./benchmark.ts";
import { sum } from "./statistics.ts";
import { tellAlerts } from "./tenants/alerts.ts";
import { attack, layBaits } from "./tenants/attack.ts";
import { failedLooks, restartsBetween, runsOf } from "./tenants/restarts.ts";
import { type Seen, watch } from "./tenants/watch.ts";

const settle = 60;
const quiet = 90;
const attacked = 150;
const watched = 210; // it takes him a while to begin, and what is late comes afterwards
const rules = ["UserOverBudget", "LokiRefusesLines", "JournaldDropsLines"];

const values = {
  services: { shop: { user: "shop" } },
  // as on any host, not as in the tests
  prometheus: { scrapeInterval: "30s" },
};

const tell = (phase: string, { late, lost, lines, containers, memory, ...cgroups }: Seen, seconds: number) => {
  const whose = Object.entries(containers).map(
    ([name, { at, median }]) => `${name} after ${at.toFixed(0)} s, median ${median.toFixed(2)} s`,
  );
  const used = Object.entries(memory).map(
    ([part, [most, at]]) => `${part} ${Math.round(most / 1e6)} MB after ${at.toFixed(0)} s`,
  );
  return [
    `tenants: ${phase}: ${lines} lines, ${lost} lost, at most ${late.toFixed(2)} s late (${whose.join(", ")})`,
    `at most ${used.join(", ")}`,
    `control groups measured every ${cgroups.cgroups_age.toFixed(0)} s or sooner, for ${((100 * cgroups.cgroups_cpu) / seconds).toFixed(1)} % of a core`,
  ].join("; ");
};

/** What one user can do to another by way of the stack. Aim: nothing, lines at most 5 s late, memory at most 1.3 times. */
export const tenants: Benchmark = {
  about: `what a user gets and spoils who does for ${attacked} s all at once that a user can do`,
  async run({ report }) {
    const rig = new Rig({ name: "bench-tenants", values });
    try {
      await rig.start();
      await startVictim(rig.guest, 0.2);
      await rig.stack.up();
      const baits = await layBaits(rig);
      report.note(`tenants: ${settle} s to settle, ${quiet} s quiet`);
      await pause(settle * 1000);
      const before = await watch(rig, quiet);
      report.note(tell("quiet", before, quiet));

      const [since, runs, mark] = [Date.now() / 1000, await runsOf(rig), `mark${Date.now()}`];
      const end = () => tellAlerts(rig, report, rules);
      const [loot, during] = await Promise.all([
        attack(rig, baits, mark, attacked, { report, end }),
        watch(rig, watched),
      ]);
      report.note(tell("attacked", during, watched));
      const restarts = restartsBetween(runs, await runsOf(rig));
      for (const [unit, count] of Object.entries(restarts)) report.note(`tenants: ${unit} was started ${count} times`);
      const { own, forged, others } = await whoseLines(rig.guest, mark);
      for (const text of others) report.note(`tenants: lines of his under others' names: ${text}`);
      const files = await hiddenSeen(rig.guest, mark);
      report.note(`tenants: ${loot.tried} requests, ${own} lines under his own names, ${loot.cgroups} control groups`);

      report({ metric: "tenants.requests_let_in", value: loot.letIn, unit: "requests" });
      report({ metric: "tenants.lines_forged", value: forged, unit: "lines" });
      report({ metric: "tenants.files_read", value: files.length, unit: "files" });
      report({ metric: "tenants.others_late", value: during.late, unit: "s" });
      report({ metric: "tenants.lines_lost", value: during.lost, unit: "lines" });
      const starts = sum(Object.values(restarts)) + (await failedLooks(rig, since));
      report({ metric: "tenants.restarts", value: starts, unit: "restarts" });
      const grown = (["alloy", "loki"] as const).map((part) => during.memory[part][0] / before.memory[part][0]);
      report({ metric: "tenants.memory", value: Math.max(...grown), unit: "times" });
    } finally {
      await rig.stop();
    }
  },
};
