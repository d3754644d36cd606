import { parse } from "yaml";
import type { Guest } from "./guest.ts";
import type { Values } from "./rig.ts";

/** What a test declares in units of both managers, and by which it is seen which deployment's stack runs. */
export interface Declared {
  scrapeInterval: string;
  retentionDays: number;
  alloyMemory: string;
}

/** Another one for each number: no two have a value in common. */
export const declared = (number: number): Declared => ({
  scrapeInterval: `${3 + number}s`,
  retentionDays: 20 + number,
  alloyMemory: `${1000 + number}M`,
});

export const valuesOf = ({ scrapeInterval, retentionDays, alloyMemory }: Declared): Values => ({
  prometheus: { scrapeInterval },
  loki: { retention: `${retentionDays}d` },
  alloy: { memory: alloyMemory },
});

// Loki says 23d as 3w2d
const daysOf = (text: string): number =>
  [...text.matchAll(/(\d+)([wd])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * (unit === "w" ? 7 : 1), 0);

/** What runs on the host, as the programs themselves and the manager say. */
export const running = async (guest: Guest): Promise<Declared> => {
  const { yaml } = await guest.api<{ yaml: string }>(9090, "/api/v1/status/config");
  const loki = parse(await guest.sh("curl -sSf http://127.0.0.1:3100/config"));
  const bytes = await guest.sh("systemctl show -p MemoryMax --value watchpost-alloy.service");
  return {
    scrapeInterval: /scrape_interval: (\S+)/.exec(yaml)?.[1] ?? "",
    retentionDays: daysOf(loki.limits_config.retention_period),
    alloyMemory: `${Number(bytes) / 2 ** 20}M`,
  };
};
