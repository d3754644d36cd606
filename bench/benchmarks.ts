import type { Benchmark } from "./benchmark.ts";
import { collector } from "./collector.ts";
import { demo } from "./demo.ts";
import { envoy } from "./envoy.ts";
import { faults } from "./faults.ts";
import { firstUps } from "./first-up.ts";
import { growth } from "./growth.ts";
import { idle } from "./idle.ts";
import { latency } from "./latency.ts";
import { logs } from "./logs.ts";
import { noop } from "./noop.ts";
import { promtail } from "./promtail.ts";
import { series } from "./series.ts";
import { ssh } from "./ssh.ts";
import { tenants } from "./tenants.ts";
import { twoUps } from "./two-ups.ts";

/**
 * All benchmarks in the order in which they run: the demo while the machine is still free of another stack, what
 * leaves many containers on the host late, and what has hosts of its own at the end.
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
  promtail,
  series,
  collector,
  "first-up": firstUps,
  "two-ups": twoUps,
  tenants,
  faults,
};
