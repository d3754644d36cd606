import { mkdir, readdir, readFile, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "../toolchain/cache.ts";
import { machineOf } from "./network.ts";
import type { Place } from "./place.ts";
import { system } from "./system.ts";
import { until } from "./until.ts";

const EMPTY_MS = 20_000;

/** Whether this machine's init is systemd: then nspawn gets a cgroup from it, and we make none. */
export const bootedWithSystemd = (): Promise<boolean> => exists("/run/systemd/system");

/** Where the cgroup hierarchies lie that a guest's systemd uses: v2, and the v1 one named systemd where there is one. */
async function hierarchies(): Promise<{ v2: string | undefined; all: string[] }> {
  const mounts = (await readFile("/proc/self/mountinfo", "utf8")).split("\n").flatMap((line) => {
    const [left, right] = line.split(" - ");
    const path = left?.split(" ")[4];
    const [type, , options] = right?.split(" ") ?? [];
    return path && type ? [{ path, type, options: options?.split(",") ?? [] }] : [];
  });
  const v2 = mounts.find(({ type }) => type === "cgroup2")?.path;
  const named = mounts.find(({ type, options }) => type === "cgroup" && options.includes("name=systemd"))?.path;
  return { v2, all: [v2, named].filter((path) => path !== undefined) };
}

const nameOf = (place: Place) => `watchpost-${place.name}-${place.id}`;

/**
 * Makes a host's own cgroups, because two guests in one cgroup would take each other's apart.
 * @returns their folders; none where systemd gives nspawn its own.
 * @throws Error when this machine has no cgroup v2.
 */
export async function makeCgroups(place: Place): Promise<string[]> {
  if (await bootedWithSystemd()) return [];
  const { v2, all } = await hierarchies();
  if (!v2) throw new Error("a throwaway host needs cgroup v2, but no cgroup2 file system is mounted on this machine");
  const folders = all.map((path) => join(path, nameOf(place)));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  return folders;
}

async function removeTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

/**
 * Removes a host's own cgroups, or the scope that systemd gave it, once the last of its processes is gone.
 * @throws TimeoutError when some live on.
 */
export async function removeCgroups(place: Place): Promise<void> {
  if (await bootedWithSystemd()) {
    await system("systemctl", ["stop", `${machineOf(place)}.scope`]).catch(() => {}); // there may be none
    return;
  }
  for (const folder of (await hierarchies()).all.map((path) => join(path, nameOf(place)))) {
    await until(`no process is left in ${folder}`, EMPTY_MS, () =>
      removeTree(folder).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code !== "EBUSY") throw error;
          return undefined;
        },
      ),
    );
  }
}
