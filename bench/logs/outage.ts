import { setTimeout as pause } from "node:timers/promises";
import { Guest } from "../../tests/host/guest.ts";
import { ended, serviceUser, startContainers } from "../../tests/host/neighbours/service-users.ts";
import type { Bench } from "../benchmark.ts";
import type { Stage } from "../stage.ts";
import { numbers } from "../writers.ts";
import { type Loss, tellLoss } from "./line-run.ts";

/** Lines a second, for how many seconds, and how many of these with Loki stopped. */
export interface Outage {
  rate: number;
  seconds: number;
  away: number;
}

/** A container writes at a steady rate while Loki is away for some of the time, in the middle of it. */
export const outage = async (bench: Bench, stage: Stage, { rate, seconds, away }: Outage): Promise<Loss> => {
  const guest = new Guest(stage.host);
  const [user, run, name, lines] = ["bench-steady", "outage", "bench-outage", rate * seconds];
  const loki = (verb: string) => guest.sh(`systemctl --user ${verb} watchpost-loki`, { user: stage.config.pod.user });
  await serviceUser(guest, user);
  const since = Date.now() / 1000;
  await startContainers(guest, user, { [name]: { script: numbers(run, lines, rate) } }, { wait: true });
  const before = (seconds - away) / 2;
  bench.report.note(`logs.outage: about ${rate} lines a second for ${seconds} s, Loki stopped after ${before} s`);
  await pause(before * 1000);
  await loki("stop");
  bench.report.note(`logs.outage: Loki is stopped for ${away} s`);
  await pause(away * 1000);
  await loki("start");
  bench.report.note("logs.outage: Loki is back");
  await ended(guest, user, name);
  const wrote = Date.now() / 1000 - since;
  const loss = await tellLoss(bench, stage, { run, lines, since });
  bench.report.note(
    `logs.outage: written in ${wrote.toFixed(0)} s, in Loki ${(loss.complete - since - wrote).toFixed(1)} s later`,
  );
  return loss;
};
