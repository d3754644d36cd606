import { setTimeout as pause } from "node:timers/promises";
import { Guest } from "../../tests/host/guest.ts";
import { ended, serviceUser, startContainers } from "../../tests/host/neighbours/service-users.ts";
import type { Bench } from "../benchmark.ts";
import { withServices } from "../engine/services.ts";
import { sumOf } from "../prometheus-text.ts";
import type { Stage } from "../stage.ts";
import { numbers } from "../writers.ts";
import { type LineRun, type Loss, stored, tellLoss } from "./line-run.ts";

/** Has a container of a service user write a run as fast as it can. */
const write = async (guest: Guest, user: string, run: string, lines: number): Promise<LineRun> => {
  const since = Date.now() / 1000;
  const name = `bench-${run}`;
  await startContainers(guest, user, { [name]: { script: numbers(run, lines) } }, { wait: true });
  await ended(guest, user, name);
  return { run, lines, since };
};

/** A burst of a service user who is declared to have no rate limit, and who runs already when that is deployed. */
export const burst = async (bench: Bench, stage: Stage, lines: number): Promise<Loss> => {
  const guest = new Guest(stage.host);
  const user = "bench-raised";
  await serviceUser(guest, user);
  return withServices(stage, { [user]: { user, rateLimit: { burst: 0 } } }, async () => {
    const run = await write(guest, user, "burst", lines);
    const took = Date.now() / 1000 - run.since;
    const loss = await tellLoss(bench, stage, run);
    bench.report.note(
      `logs.burst: ${lines} lines written in ${took.toFixed(1)} s, in Loki ${(loss.complete - run.since).toFixed(1)} s after the first`,
    );
    return loss;
  });
};

const patience = 120_000;

/** The same under journald's rate limit: what it throws away has to show in the metric. */
export const suppressed = async ({ report }: Bench, stage: Stage, lines: number): Promise<void> => {
  const guest = new Guest(stage.host);
  const user = "bench-limited";
  const told = async () =>
    sumOf(
      await guest.sh(`curl -sSf http://${stage.config.alloy.listen}/metrics`),
      "watchpost_journald_suppressed_lines_total",
    );
  await serviceUser(guest, user);
  const before = await told();
  const run = await write(guest, user, "suppressed", lines);
  const found = await stored(stage, run);
  report({ metric: "logs.suppressed.lines_missing", value: lines - found.numbers, unit: "lines" });
  // journald tells with the first line that it takes after the interval
  const deadline = performance.now() + patience;
  while ((await told()) === before && performance.now() < deadline) {
    await pause(5000);
    await write(guest, user, "after", 1);
  }
  report({ metric: "logs.suppressed.lines_told", value: (await told()) - before, unit: "lines" });
  report.note("logs.suppressed: told are also lines of the user's systemd and podman, which share the limit");
};
