import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { systemEnv } from "../toolchain/system-env.ts";

export interface GuestRunOptions {
  /** The user to run as, with its session bus when it has one; default: root. */
  user?: string;
  /** Text for its standard input. */
  input?: string;
  /** Milliseconds after which it is ended. */
  timeout?: number;
}

export interface GuestResult {
  stdout: string;
  stderr: string;
  /** The exit status; -1 when a signal ended it. */
  status: number;
}

// In the guest's own cgroup, so that what is started there ends and is accounted there.
const ENTER = 'echo 0 > /sys/fs/cgroup/init.scope/cgroup.procs; exec "$@"';
const AS_USER =
  'user=$1; shift; id=$(id -u "$user"); exec runuser -u "$user" -- env HOME="$(getent passwd "$user" | cut -d: -f6)" XDG_RUNTIME_DIR="/run/user/$id" DBUS_SESSION_BUS_ADDRESS="unix:path=/run/user/$id/bus" "$@"';

/**
 * Runs a command in the guest from outside, without ssh: for tests that must look around.
 * A status other than 0 is a result, not an error.
 * @throws Error when the guest cannot be entered.
 */
export async function run(
  host: { leader: number },
  argv: readonly string[],
  options: GuestRunOptions = {},
): Promise<GuestResult> {
  const asUser = options.user === undefined ? [] : ["sh", "-c", AS_USER, "sh", options.user];
  const enter = [
    "--target",
    `${host.leader}`,
    "--mount",
    "--uts",
    "--ipc",
    "--net",
    "--pid",
    "--cgroup",
    "--root",
    "--wd",
  ];
  const child = spawn("nsenter", [...enter, "--", "sh", "-c", ENTER, "sh", ...asUser, ...argv], {
    env: { PATH: systemEnv().PATH, HOME: "/root", LANG: "C.UTF-8" },
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
    stdio: "pipe",
  });
  child.stdin.on("error", () => {}); // it may end before it has read everything; its status tells
  child.stdin.end(options.input ?? "");
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject).once("close", (status) => resolve(status ?? -1));
  });
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, status };
}
