import { spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { connect } from "node:net";
import { stripVTControlCharacters } from "node:util";
import { exists } from "../toolchain/cache.ts";
import { systemEnv } from "../toolchain/system-env.ts";
import { bootedWithSystemd, makeCgroups } from "./cgroups.ts";
import { machineOf, type Network } from "./network.ts";
import type { Place } from "./place.ts";
import { leaderOf, markOf, processesOf } from "./processes.ts";
import { TimeoutError, until } from "./until.ts";

const SSH_PORT = 22;
const CONSOLE_LINES = 20;

/**
 * What runs for as long as the host does, in a mount namespace of its own: its mounts end with it.
 * Paths are relative, since a colon or comma would need quoting in the options of an overlay.
 * 133 is nspawn's exit status when the guest wants to be started again.
 */
const SUPERVISOR = `
for group in $CGROUPS; do echo $$ > "$group/cgroup.procs" || exit; done
mount -t overlay overlay -o lowerdir=base/usr,upperdir=usr,workdir=work root/usr || exit
while systemd-nspawn "$@"; [ $? -eq 133 ]; do :; done
`;

async function nspawnArguments(place: Place, network: Network): Promise<string[]> {
  return [
    "--quiet",
    "--boot",
    `--directory=${place.root}`,
    `--machine=${machineOf(place)}`,
    `--hostname=${place.name}`,
    `--network-bridge=${network.bridge}`,
    `--setenv=${markOf(place)}`,
    "--register=no",
    ...((await bootedWithSystemd())
      ? ["--property=DeviceAllow=/dev/fuse rwm", "--property=DeviceAllow=/dev/net/tun rwm"]
      : ["--keep-unit"]),
    "--capability=all",
    "--console=read-only",
    "--resolv-conf=off",
    "--timezone=off",
    "--link-journal=no",
  ];
}

/** Starts a host's supervisor, which outlives this process. */
export async function launch(place: Place, network: Network): Promise<void> {
  const cgroups = await makeCgroups(place);
  const [markName = "", markValue = ""] = markOf(place).split(/=(.*)/s);
  const output = await open(place.console, "a");
  try {
    const supervisor = ["sh", "-c", SUPERVISOR, "supervisor", ...(await nspawnArguments(place, network))];
    const child = spawn("unshare", ["--mount", "--propagation", "slave", ...supervisor], {
      cwd: place.folder,
      detached: true,
      env: {
        ...systemEnv(),
        [markName]: markValue,
        CGROUPS: cgroups.join(" "),
        SYSTEMD_SECCOMP: "0",
        SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: "1",
        SYSTEMD_NSPAWN_TMPFS_TMP: "0", // the guest's own tmp.mount does it, with the usual size
      },
      stdio: ["ignore", output.fd, output.fd],
    });
    await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    child.unref();
  } finally {
    await output.close();
  }
}

/** Whether the guest listens on the port, as its own kernel tables say: connecting earlier would wait for ARP. */
async function listens(leader: number, port: number): Promise<boolean> {
  const tables = ["tcp", "tcp6"].map((table) => readFile(`/proc/${leader}/net/${table}`, "utf8").catch(() => ""));
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return new RegExp(`: 0+:${hex} \\S+ 0A`).test((await Promise.all(tables)).join(""));
}

/** Whether non-root logins are still refused because the guest is booting. */
const booting = (leader: number) => exists(`/proc/${leader}/root/run/nologin`);

const greets = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port: SSH_PORT, timeout: 1000 });
    const end = (greeted: boolean) => {
      socket.destroy();
      resolve(greeted);
    };
    socket.once("data", (banner) => end(banner.toString("latin1").startsWith("SSH-2.0-")));
    socket
      .once("error", () => end(false))
      .once("timeout", () => end(false))
      .once("close", () => end(false));
  });

async function consoleTail(place: Place): Promise<string> {
  const text = await readFile(place.console, "utf8").catch(() => "");
  const lines = stripVTControlCharacters(text)
    .split(/[\r\n]+/)
    .filter(Boolean);
  return lines.length === 0
    ? "its console is empty"
    : `its console ends with:\n${lines.slice(-CONSOLE_LINES).join("\n")}`;
}

/**
 * Waits until a host answers on ssh and lets every user in; returns the pid of its init.
 * @param formerLeader the init of before a reboot, which does not count.
 * @throws Error with the last lines of the console when it ended, or was not ready within `timeout` milliseconds.
 */
export async function ready(place: Place, address: string, timeout: number, formerLeader?: number): Promise<number> {
  const what = `the throwaway host ${place.name} answers on ssh at ${address}:${SSH_PORT}`;
  try {
    return await until(what, timeout, async () => {
      const leader = await leaderOf(place);
      if (leader === undefined && (await processesOf(place)).length === 0) {
        throw new Error(
          `the throwaway host ${place.name} ended before it answered on ssh; ${await consoleTail(place)}`,
        );
      }
      if (leader === undefined || leader === formerLeader) return undefined;
      if (!(await listens(leader, SSH_PORT)) || (await booting(leader))) return undefined;
      return (await greets(address)) ? leader : undefined;
    });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    throw new Error(`${error.message}; ${await consoleTail(place)}`, { cause: error });
  }
}
