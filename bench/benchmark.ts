import type { Report } from "./result.ts";
import type { Stage } from "./stage.ts";

/** What a benchmark is given. */
export interface Bench {
  /** A throwaway host with the demo's stack on it, made when it is first asked for. */
  stage: () => Promise<Stage>;
  report: Report;
  /** How often what is timed is repeated. */
  rounds: number;
  /** How often is tried what may fail. */
  times: number;
  /** What is chosen at random comes of it, so that it can be chosen again. */
  seed: number;
}

export interface Benchmark {
  /** One line for `--list`. */
  about: string;
  run(bench: Bench): Promise<void>;
}
