import type { Bench } from "../benchmark.ts";
import { python } from "../host/python.ts";
import type { Stage } from "../stage.ts";

/** Numbered lines that were written, as `lineOf` has them. */
export interface LineRun {
  /** Its name in each line. */
  run: string;
  lines: number;
  /** Unix time from before the first one. */
  since: number;
}

/** What Loki has of a run. */
export interface Stored {
  /** Unix time at which Loki was seen to have all that the journal had. */
  complete: number;
  /** Its lines, those that are stored twice counted twice. */
  entries: number;
  /** Different lines among them. */
  numbers: number;
}

/** What became of a run. */
export interface Loss extends Pick<Stored, "complete"> {
  lost: number;
  doubled: number;
}

/** Reads a run back, when all that is in the journal is in Loki. */
export const stored = (stage: Stage, { run, since }: LineRun): Promise<Stored> => {
  const { config, host } = stage;
  // by host alone: a line that came in by two ways has other labels each time; what tells of the command has no number
  const selector = `{host="${host.name}"} |= "run=${run} number=" |~ "number=[0-9]"`;
  return python<Stored>(stage, "stored", [config.loki.listen, host.name, selector, since]);
};

/** Counts by their numbers which of a run's lines Loki does not have, and which more than once. Aim: 0 and 0. */
export const tellLoss = async ({ report }: Bench, stage: Stage, run: LineRun): Promise<Loss> => {
  const { complete, entries, numbers } = await stored(stage, run);
  const [lost, doubled] = [run.lines - numbers, entries - numbers];
  report({ metric: `logs.${run.run}.lines_lost`, value: lost, unit: "lines" });
  report({ metric: `logs.${run.run}.lines_doubled`, value: doubled, unit: "lines" });
  return { complete, lost, doubled };
};
