import { setTimeout as pause } from "node:timers/promises";
import type { Rig } from "../../tests/host/rig.ts";
import { makeCgroups, removeCgroups } from "../../tests/host/tenants/cgroups.ts";
import { hideFiles, linkFolder, linkLog, makePipe, makeSparse, startFlipping } from "../../tests/host/tenants/links.ts";
import { startHonest, startLying } from "../../tests/host/tenants/lying-podman.ts";
import { startNoise, stopNoise } from "../../tests/host/tenants/noise.ts";
import { startRequests, stopRequests } from "../../tests/host/tenants/requests.ts";
import { startBait } from "../../tests/host/tenants/users.ts";
import { until } from "../../throwaway/until.ts";
import type { Report } from "../result.ts";

const size = { streams: 10_000, lines: 100_000, cgroups: 100_000 };
const cgroupSeconds = 60; // as many as he gets in that time
const roundSeconds = 5;

const names = ["linked", "parent", "shops", "flipping", "sparse", "pipe"] as const;

/** The folders of the ctr.log files that mallory will make something else of. */
export type Baits = Record<(typeof names)[number], string>;

/** Starts mallory's containers, and waits until their logs are read. */
export const layBaits = async ({ guest }: Rig): Promise<Baits> => {
  const lay = async (name: string) => {
    const folder = await startBait(guest, name);
    const query = `{user="mallory",container="${name}"} |= "I am bait"`;
    await until(`Loki has ${query}`, 120_000, async () => (await guest.countLines(query)) > 0 || undefined);
    return [name, folder];
  };
  return Object.fromEntries(await Promise.all(names.map(lay))) as Baits;
};

/** What mallory got out of it. */
export interface Loot {
  tried: number;
  letIn: number;
  /** Control groups that he made. */
  cgroups: number;
}

/**
 * Mallory does all that he can at once, for so many seconds; then he stops.
 * @param mark A word that is in each of his lines, and in the files that he cannot read.
 * @param end What is to be seen before he stops.
 */
export const attack = async (
  { guest }: Rig,
  baits: Baits,
  mark: string,
  seconds: number,
  { report, end }: { report: Report; end: () => Promise<void> },
): Promise<Loot> => {
  const started = performance.now();
  const mallory = (script: string) => guest.sh(`set -e\n${script}`, { user: "mallory" });
  await hideFiles(guest, mark);
  const ids = await guest.sh(`podman inspect --format '{{.Id}}={{.Name}}' ${names.join(" ")}`, { user: "mallory" });
  const making = makeCgroups(guest, size.cgroups, cgroupSeconds);
  try {
    const [cgroups] = await Promise.all([
      making,
      startNoise(guest, { ...size, mark, pause: roundSeconds }),
      startRequests(guest),
      startLying(guest, "many", ids.split("\n")),
      mallory(linkLog(baits.linked, "/root/probe")),
      mallory(linkLog(baits.shops, "/home/shop/probe")),
      mallory(linkFolder(baits.parent, "/root/hidden")),
      startFlipping(guest, baits.flipping, "/root/probe"),
      mallory(makeSparse(baits.sparse)),
      mallory(makePipe(baits.pipe)),
    ]);
    const took = (performance.now() - started) / 1000;
    report.note(`tenants: all at once after ${took.toFixed(1)} s, ${cgroups} control groups; for ${seconds} s`);
    await pause(seconds * 1000);
    await end();
    await stopNoise(guest);
    await guest.sh("systemctl --user stop flips", { user: "mallory" });
    return { ...(await stopRequests(guest)), cgroups };
  } finally {
    await making.catch(() => {});
    // a host with paths that long cannot be removed
    await removeCgroups(guest);
    await startHonest(guest);
  }
};
