import { Guest } from "../tests/host/guest.ts";
import { envoyTraffic, startEnvoy } from "../tests/host/neighbours/envoy.ts";
import type { Bench, Benchmark } from "./benchmark.ts";
import { withServices } from "./engine/services.ts";
import { python } from "./host/python.ts";
import { samplesIn } from "./prometheus-text.ts";
import type { Stage } from "./stage.ts";
import { median } from "./statistics.ts";

const sizes = [10, 100, 500];
const admin = "127.0.0.1:9901";
const requests = 20; // to each cluster
const [scrapes, interval] = [6, 10];

const service = {
  units: ["envoy.service"],
  metrics: { kind: "envoy", targets: [admin], interval: `${interval}s` },
};

/** Alloy's memory in bytes: the median of some looks while it scrapes. */
const alloyMemory = async (stage: Stage): Promise<number> => {
  const looks: number[] = [];
  for (let scrape = 0; scrape < scrapes; scrape++) {
    const { programs } = await python<{ programs: Record<string, { pss: number }> }>(stage, "idle", [interval]);
    looks.push(programs.alloy?.pss ?? Number.NaN);
  }
  return median(looks);
};

const measure = async ({ report }: Bench, stage: Stage, clusters: number): Promise<void> => {
  const guest = new Guest(stage.host);
  await startEnvoy(guest, { clusters });
  await envoyTraffic(guest, requests, clusters);
  const memory = await alloyMemory(stage);
  const own = async (query: string) => samplesIn(await guest.sh(`curl -sSf http://${admin}/stats/prometheus${query}`));
  const value = async (query: string) => Number((await guest.metric(query)).value[1]);
  const figures: [name: string, value: number, unit: string][] = [
    ["series_of_envoy", await own(""), "series"],
    ["series_used", await own("?usedonly"), "series"],
    ["series_kept", await value('count({job="envoy",__name__=~"envoy_.+"})'), "series"],
    [
      "scrape",
      await value(`quantile_over_time(0.5, scrape_duration_seconds{job="envoy"}[${scrapes * interval}s])`),
      "s",
    ],
    ["memory.alloy", memory / 1e6, "MB"],
  ];
  for (const [name, value, unit] of figures) report({ metric: `envoy.${name}.${clusters}_clusters`, value, unit });
};

/** What it takes to watch an Envoy, by its clusters. Aim: bounded, few series for each of them. */
export const envoy: Benchmark = {
  about: `series, scrape time and Alloy's memory with an Envoy of ${sizes.join(", ")} clusters`,
  async run(bench) {
    const stage = await bench.stage();
    const { report } = bench;
    report({ metric: "envoy.memory.alloy.without_envoy", value: (await alloyMemory(stage)) / 1e6, unit: "MB" });
    try {
      await withServices(stage, { envoy: service }, async () => {
        for (const clusters of sizes) {
          report.note(`envoy: ${clusters} clusters, ${scrapes} scrapes in ${scrapes * interval} s`);
          await measure(bench, stage, clusters);
        }
      });
    } finally {
      await stage.onHost(["bash", "-c", "systemctl stop envoy.service || true"]);
    }
  },
};
