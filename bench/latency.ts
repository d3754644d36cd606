import type { Benchmark } from "./benchmark.ts";
import { python } from "./host/python.ts";
import { median, quantile } from "./statistics.ts";

const lines = 100;
const load = { lines: 6000, seconds: 6 };

/** How fresh the logs are. Aim: p95 under 0.7 s, and still many lines a push under load. */
export const latency: Benchmark = {
  about: `a journal line to queryable in Loki, p50 and p95 of ${lines} lines; lines a push under load`,
  async run({ stage: open, report }) {
    const stage = await open();
    const { config, host } = stage;
    report.note(`latency: writing ${lines} lines, about ${Math.ceil(lines * 0.8)} s`);
    const { waits, queries, poll } = await python<{ waits: (number | null)[]; queries: number[]; poll: number }>(
      stage,
      "latency",
      [config.loki.listen, host.name, lines],
    );
    const seconds = waits.filter((wait) => wait !== null);
    if (seconds.length < lines) throw new Error(`${lines - seconds.length} of ${lines} lines did not come back`);
    for (const [name, share] of Object.entries({ p50: 0.5, p95: 0.95, max: 1 }))
      report({ metric: `latency.${name}`, value: quantile(seconds, share), unit: "s" });
    report.note(
      `latency: includes up to ${poll * 1000} ms between two queries and ${(median(queries) * 1000).toFixed(1)} ms of the last one`,
    );

    const {
      entries,
      pushes,
      seconds: took,
    } = await python<{ entries: number; pushes: number; seconds: number }>(stage, "load", [
      config.alloy.listen,
      load.lines,
      load.seconds,
    ]);
    report({ metric: "latency.lines_per_push_under_load", value: entries / pushes, unit: "lines" });
    report.note(`latency: ${entries} lines in ${took.toFixed(1)} s went in ${pushes} pushes`);
  },
};
