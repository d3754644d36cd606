import type { Bench, Benchmark } from "./benchmark.ts";
import { python } from "./host/python.ts";
import { sum } from "./statistics.ts";

const settle = 60;
const seconds = 90; // three of each health check, and of each scrape

interface Usage {
  /** Resident bytes, what is shared divided among those who share it. */
  pss: number;
  /** Those of them that are no file's: the kernel cannot drop them when it needs memory. */
  anonymous: number;
  cpu: number;
}

/** What the stack brings, by the names of its processes. */
const parts: Record<string, string[]> = {
  alloy: ["alloy"],
  loki: ["loki"],
  prometheus: ["prometheus"],
  helpers: ["conmon", "pasta", "pasta.avx2", "catatonit", "slirp4netns", "aardvark-dns"],
};

const none: Usage = { pss: 0, anonymous: 0, cpu: 0 };
const together = (all: Usage[]): Usage => ({
  pss: sum(all.map(({ pss }) => pss)),
  anonymous: sum(all.map(({ anonymous }) => anonymous)),
  cpu: sum(all.map(({ cpu }) => cpu)),
});

const tell = ({ report }: Bench, name: string, { pss, anonymous, cpu }: Usage) => {
  report({ metric: `idle.memory.${name}`, value: pss / 1e6, unit: "MB" });
  report({ metric: `idle.memory_anonymous.${name}`, value: anonymous / 1e6, unit: "MB" });
  report({ metric: `idle.cpu.${name}`, value: (100 * cpu) / seconds, unit: "% of a core" });
};

/** What the stack costs a host on which nothing happens. Aim: 500 MB for Alloy, Loki and Prometheus together. */
export const idle: Benchmark = {
  about: `memory (PSS) and CPU of the idle stack over ${seconds} s`,
  async run(bench) {
    const stage = await bench.stage();
    bench.report.note(`idle: ${settle} s to settle, then ${seconds} s`);
    await stage.onHost(["sleep", String(settle)]);
    const { programs, total } = await python<{ programs: Record<string, Usage>; total: number }>(stage, "idle", [
      seconds,
    ]);
    const usage = Object.fromEntries(
      Object.entries(parts).map(([part, names]) => [part, together(names.map((name) => programs[name] ?? none))]),
    );
    for (const [part, used] of Object.entries(usage)) tell(bench, part, used);
    const { alloy = none, loki = none, prometheus = none } = usage;
    tell(bench, "together", together([alloy, loki, prometheus]));
    // health checks are processes that come and go: what the long-lived ones leave of the cgroups' count
    const shortLived = total - together(Object.values(programs)).cpu;
    const share = (cpu: number) => ({ value: (100 * cpu) / seconds, unit: "% of a core" });
    bench.report({ metric: "idle.cpu.health_checks", ...share(shortLived) });
    bench.report({ metric: "idle.cpu.whole_host", ...share(total) });
  },
};
