import { readdirSync, readFileSync } from "node:fs";
import { scrapeKinds } from "../../components/scrape/kinds.ts";
import { ofScrapes } from "../../components/scrape/metric-rules.ts";

/** A metric that an exporter has, and whether Watchpost stores it. */
export interface KnownMetric {
  name: string;
  exporter: string;
  labels: string[];
  kept: boolean;
}

/** What an exporter's keep-list leaves; all without one. */
const keepLists: Record<string, string | undefined> = {
  envoy: scrapeKinds.envoy.keep,
  authentik: scrapeKinds.authentik.keep,
  zrepl: scrapeKinds.zrepl.keep,
};

const folder = new URL("./known/", import.meta.url);

const read = (file: string): KnownMetric[] => {
  const exporter = file.replace(".txt", "");
  const keep = keepLists[exporter];
  const kept = keep === undefined ? /./ : new RegExp(`^(?:${ofScrapes}|${keep})$`);
  return readFileSync(new URL(file, folder), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [name = "", ...labels] = line.split(" ");
      return { name, exporter, labels, kept: kept.test(name) };
    });
};

/** All metrics of all exporters, each file of `known/` one exporter; its head says where the names are from. */
export const knownMetrics: readonly KnownMetric[] = readdirSync(folder).flatMap(read);
