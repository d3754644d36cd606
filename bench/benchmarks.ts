import { collector } from "./collector.ts";
import { demo } from "./demo.ts";
import { envoy } from "./envoy.ts";
import { growth } from "./growth.ts";
import { idle } from "./idle.ts";
import { latency } from "./latency.ts";
import { logs } from "./logs.ts";
import { noop } from "./noop.ts";
import type { Report } from "./result.ts";
import { series } from "./series.ts";
import { ssh } from "./ssh.ts";
import type { Stage } from "./stage.ts";

/** What a benchmark is given. */
export interface Bench {
  /** A throwaway host with the demo's stack on it, made when it is first asked for. */
  stage: () => Promise<Stage>;
  report: Report;
  /** How often what is timed is repeated. */
  rounds: number;
}

export interface Benchmark {
  /** One line for `--list`. */
  about: string;
  run(bench: Bench): Promise<void>;
}

/**
 * All benchmarks in the order in which they run: the demo while the machine is still free of another stack, and what
 * leaves many containers on the host at the end.
 */
export const benchmarks: Record<string, Benchmark> = {
  demo,
  noop,
  ssh,
  latency,
  idle,
  growth,
  envoy,
  logs,
  series,
  collector,
};
