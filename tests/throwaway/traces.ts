import { readdir, readFile } from "node:fs/promises";
import { type Place, placeOf } from "../../throwaway/place.ts";
import { processesOf } from "../../throwaway/processes.ts";
import { exists } from "../../toolchain/cache.ts";

const lines = async (file: string) => (await readFile(file, "utf8")).split("\n");

async function cgroupsOf({ id }: Place): Promise<string[]> {
  const mounts = (await lines("/proc/self/mountinfo")).filter((line) => line.includes(" - cgroup"));
  const paths = mounts.map((line) => line.split(" ")[4] ?? "");
  const groups = await Promise.all(paths.map((path) => readdir(path)));
  return groups.flat().filter((entry) => entry.includes(id));
}

/** Everything on this machine that belongs to the throwaway host of that name. */
export async function tracesOf(name: string): Promise<Record<string, unknown[]>> {
  const place = placeOf(name);
  const links = await readdir("/sys/class/net");
  const macs = await Promise.all(
    links.map((link) => readFile(`/sys/class/net/${link}/address`, "utf8").catch(() => "")),
  );
  const mac = `02:57:${place.id.match(/../g)?.join(":")}`;
  const mounts = await lines("/proc/self/mountinfo");
  const files = await Promise.all([place.folder, place.lock].map(async (file) => ((await exists(file)) ? [file] : [])));
  return {
    files: files.flat(),
    mounts: mounts.filter((line) => line.includes(place.folder)),
    interfaces: links.filter((link, index) => link.includes(place.id) || macs[index]?.trim() === mac),
    processes: await processesOf(place),
    cgroups: await cgroupsOf(place),
  };
}

/** What tracesOf gives when there is nothing. */
export const noTraces = { files: [], mounts: [], interfaces: [], processes: [], cgroups: [] };
