import { mkdir, readdir, readFile, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { exists } from "../toolchain/cache.ts";
import { withLock } from "../toolchain/lock.ts";
import { note, step } from "../toolchain/progress.ts";
import { baseTree } from "./base-tree.ts";
import { launch, ready } from "./boot.ts";
import { removeCgroups } from "./cgroups.ts";
import { prepareMachine, unable } from "./machine.ts";
import { claimNetwork, releaseNetwork, unplug } from "./network.ts";
import { hostsFolder, type Place, placeOf } from "./place.ts";
import { plant } from "./plant.ts";
import { endProcesses, leaderOf, processesOf } from "./processes.ts";
import { type HostRecord, readRecord, writeRecord } from "./record.ts";
import { run } from "./run.ts";
import { system } from "./system.ts";
import { until } from "./until.ts";

const START_MS = 60_000;
const REBOOT_MS = 180_000; // a clean one waits up to 90 s for a unit that does not stop
const LEADER_MS = 10_000;

/** A Debian host of its own on this machine, reachable by ssh from here and from nowhere else. */
export interface ThrowawayHost {
  name: string;
  /** An IPv4 address out of 10.99.0.0/16. */
  address: string;
  port: 22;
  /** root; `admin` (a sudoer without password) and `nosudo` take the same key. */
  user: "root";
  privateKeyFile: string;
  /** The same key, in OpenSSH's format. */
  privateKey: string;
  knownHostsFile: string;
  /** The guest's public host key: "ssh-ed25519 AAAA...". */
  hostKey: string;
  /** The pid of the guest's init as seen from here; another one after each reboot. */
  leader: number;
  /** The guest's file system as seen from here; its absolute links lead astray, and it ends with `leader`. */
  root: string;
}

export interface StartOptions {
  /** Milliseconds for the boot, default 60 000. */
  timeout?: number;
}

const locked = <T>(place: Place, work: () => Promise<T>): Promise<T> =>
  withLock(place.lock, work, (pid) => note(`throwaway host ${place.name}: process ${pid} is at it, waiting for it`));

async function describe(place: Place, { network, hostKey }: HostRecord, leader: number): Promise<ThrowawayHost> {
  return {
    name: place.name,
    address: network.inside,
    port: 22,
    user: "root",
    privateKeyFile: place.key,
    privateKey: await readFile(place.key, "utf8"),
    knownHostsFile: place.knownHosts,
    hostKey,
    leader,
    root: `/proc/${leader}/root`,
  };
}

/** Ends what runs of a host, at once, so that it could be booted again. */
async function cutPower(place: Place): Promise<void> {
  await endProcesses(place);
  await removeCgroups(place);
  await unplug(place);
}

/** Removes what there is of a host, in whatever state it was left. The folder goes last: it is what the rest is found by. */
async function sweep(place: Place): Promise<void> {
  await cutPower(place);
  await releaseNetwork(place);
  await system("rm", ["-rf", "--one-file-system", place.folder]);
  for (const parent of [hostsFolder(), dirname(hostsFolder())]) await rmdir(parent).catch(() => {}); // only when empty
}

async function create(place: Place, tree: string, timeout: number): Promise<ThrowawayHost> {
  await mkdir(place.folder, { recursive: true, mode: 0o700 });
  const network = await claimNetwork(place);
  const record = { network, hostKey: await plant(place, tree, network) };
  await launch(place, network);
  const leader = await ready(place, network.inside, timeout);
  await writeRecord(place, record);
  return describe(place, record, leader);
}

async function runningRecord(place: Place): Promise<HostRecord | undefined> {
  const record = await readRecord(place);
  return record && (await processesOf(place)).length > 0 ? record : undefined;
}

/** The running host of that name; undefined when there is none, or only the remains of one. */
export async function findHost(name: string): Promise<ThrowawayHost | undefined> {
  const place = placeOf(name);
  const record = await runningRecord(place);
  if (!record) return undefined;
  // A guest that is rebooting has no init for a moment.
  const leader = await until(`the throwaway host ${name} has an init`, LEADER_MS, () => leaderOf(place));
  return describe(place, record, leader);
}

/** The names of the hosts on this machine that have files here, running or not. */
export async function hostNames(): Promise<string[]> {
  return (await readdir(hostsFolder()).catch(() => [])).sort();
}

/**
 * Starts a host, or adopts the running one of that name; first cleans up what a killed start has left.
 * It runs on after this process, until removeHost.
 * @throws Error with one sentence when this machine cannot; with the last lines of its console when it does not boot.
 */
export async function startHost(name: string, { timeout = START_MS }: StartOptions = {}): Promise<ThrowawayHost> {
  const place = placeOf(name);
  await prepareMachine();
  const tree = await baseTree();
  return locked(place, async () => {
    const record = await runningRecord(place);
    if (record) return describe(place, record, await ready(place, record.network.inside, timeout));
    await sweep(place);
    return step(`start the throwaway host ${name}`, async () => {
      try {
        return await create(place, tree, timeout);
      } catch (error) {
        await sweep(place);
        throw error;
      }
    });
  });
}

/** Removes a host with every trace but the cached tree; does nothing when there is none. */
export async function removeHost(name: string): Promise<void> {
  const place = placeOf(name);
  if (!(await exists(place.folder))) return;
  const reason = unable();
  if (reason) throw new Error(reason);
  await locked(place, () => step(`remove the throwaway host ${name}`, () => sweep(place)));
}

/**
 * Reboots a host: same files, address and keys.
 * @param how "clean": the guest stops its services first; "power": as if its plug was pulled and put back.
 * @throws Error with the last lines of the console when it does not come back.
 */
export async function rebootHost(host: ThrowawayHost, how: "clean" | "power" = "clean"): Promise<ThrowawayHost> {
  const place = placeOf(host.name);
  return locked(place, async () => {
    const record = await readRecord(place);
    if (!record) throw new Error(`cannot reboot the throwaway host ${host.name}: it was not started, or was removed`);
    const former = await leaderOf(place);
    if (how === "clean" && former !== undefined) {
      const { status, stderr } = await run({ leader: former }, ["systemctl", "reboot"]);
      // A negative one is a systemctl that the reboot itself has ended.
      if (status > 0) throw new Error(`\`systemctl reboot\` in ${host.name} exited ${status}: ${stderr.trim()}`);
    } else {
      await cutPower(place);
      await launch(place, record.network);
    }
    return describe(place, record, await ready(place, record.network.inside, REBOOT_MS, former));
  });
}
