import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";

/** Why no host can be made here. */
export const skip =
  spawnSync("unshare", ["--mount", "true"]).status !== 0 &&
  "a mount namespace of its own needs root, and is refused here";

export interface User {
  name: string;
  uid: number;
}

export interface Run {
  status: number | null;
  stderr: string;
  /** How long it took, in seconds. */
  seconds: number;
}

// the collector's paths are the host's: in its mount namespace these lie over them. What systemd does for a look is done here:
// each under its user's id, its output a pipe that waits for the collector
const run = `set -e
for path in etc/passwd run var/lib sys/module; do mount --bind "$0/$path" "/$path"; done
export RUNTIME_DIRECTORY=$0/looks STATE_DIRECTORY=$0/state
for uid in $LOOKS; do
  [ -p "$RUNTIME_DIRECTORY/$uid" ] || mkfifo "$RUNTIME_DIRECTORY/$uid"
  folder=/run/user/$uid/watchpost
  [ "$uid" != 0 ] || folder=/run/watchpost-look
  (cd / && exec 2>/dev/null >"$RUNTIME_DIRECTORY/$uid" && exec setpriv --reuid="$uid" --regid="$uid" --clear-groups \
    env -i PATH="$PATH" TZ="$TZ" HOME="$0/home/$uid" XDG_RUNTIME_DIR="/run/user/$uid" $LOOK_SHELL "$0/programs/look.sh" "$folder") &
done
"$@"`;

/** A host of the collector's: users with managers, and commands that answer as a test says. The collector is the real one. */
export class CollectorHost {
  readonly folder: string;
  readonly #pauses = new Map<number, ChildProcess>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(users: User[]): Promise<CollectorHost> {
    const host = new CollectorHost(await mkdtemp(join(tmpdir(), "watchpost-collector-")));
    await chmod(host.folder, 0o755);
    const folders = ["bin", "answers", "state", "looks", "etc", "sys/module", "run/user", "var/lib/containers/storage"];
    for (const path of [...folders, "var/lib/systemd/linger"])
      await mkdir(join(host.folder, path), { recursive: true });
    await cp(resolve(import.meta.dirname, "../../../components/collector/programs"), join(host.folder, "programs"), {
      recursive: true,
    });
    for (const program of ["look.sh", "collect.sh"]) await chmod(join(host.folder, "programs", program), 0o755);
    const lines = users.map(({ name, uid }) => `${name}:x:${uid}:${uid}::${host.home(uid)}:/bin/sh\n`);
    await writeFile(join(host.folder, "etc/passwd"), `root:x:0:0::/root:/bin/sh\n${lines.join("")}`);
    for (const { uid } of users) await host.#addManager(uid);
    // there are no namespaces to go into
    const nsenter = '#!/bin/sh\nuntil [ "$1" = env ]; do shift; done\nexec "$@"\n';
    await writeFile(join(host.folder, "bin/nsenter"), nsenter, { mode: 0o755 });
    for (const command of ["podman", "systemctl"]) {
      await host.install(command);
      for (const uid of [0, ...users.map(({ uid }) => uid)]) await host.answer(command, uid, "");
    }
    return host;
  }

  async #addManager(uid: number): Promise<void> {
    await mkdir(join(this.folder, `run/user/${uid}/systemd`), { recursive: true });
    await mkdir(this.storage(uid), { recursive: true });
    await chown(this.home(uid), uid, uid);
    await chown(join(this.folder, `run/user/${uid}`), uid, uid);
    // the process in which podman keeps the user's namespaces
    await mkdir(join(this.folder, `run/user/${uid}/libpod/tmp`), { recursive: true });
    const pause = spawn("sleep", ["infinity"], { uid, stdio: "ignore" });
    await writeFile(join(this.folder, `run/user/${uid}/libpod/tmp/pause.pid`), String(pause.pid));
    this.#pauses.set(uid, pause);
  }

  home(uid: number): string {
    return join(this.folder, "home", String(uid));
  }

  storage(uid: number): string {
    return join(this.home(uid), ".local/share/containers/storage");
  }

  /** Puts a command on the host's path, which does in each user's name what `answer` says. */
  async install(command: string): Promise<void> {
    const body = `#!/bin/sh\n. '${this.folder}/answers/${command}-'"$(id -u)"\n`;
    await writeFile(join(this.folder, "bin", command), body, { mode: 0o755 });
  }

  /** @param script What the command does for a user, in sh. */
  async answer(command: string, uid: number, script: string): Promise<void> {
    await writeFile(join(this.folder, "answers", `${command}-${uid}`), `${script}\n`);
  }

  /** Makes the command print just that. */
  async print(command: string, uid: number, bytes: string | Buffer): Promise<void> {
    const path = join(this.folder, "answers", `${command}-${uid}.out`);
    await writeFile(path, bytes);
    await this.answer(command, uid, `cat '${path}'`);
  }

  /** Loads the kernel's module for ZFS, as far as the collector can see. */
  async loadZfs(): Promise<void> {
    await mkdir(join(this.folder, "sys/module/zfs"));
  }

  /** What a user's manager ends with: no look is started any more. */
  stopManager(uid: number): void {
    this.#pauses.get(uid)?.kill();
    this.#pauses.delete(uid);
  }

  /** @param shell What runs the looks and the collector; their own first lines by default. */
  async collect(shell: string[] = []): Promise<Run> {
    const started = performance.now();
    const command = [...shell, join(this.folder, "programs/collect.sh")];
    const child = spawn("unshare", ["--mount", "sh", "-c", run, this.folder, ...command], {
      env: {
        PATH: `${join(this.folder, "bin")}:${process.env.PATH}`,
        // a zone other than UTC, as a host may have
        TZ: "EST5",
        LOOKS: [0, ...this.#pauses.keys()].join(" "),
        LOOK_SHELL: shell.join(" "),
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const stderr = text(child.stderr);
    const [status] = await once(child, "exit");
    const seconds = (performance.now() - started) / 1000;
    return { status, stderr: await stderr, seconds };
  }

  read(path: string): Promise<string> {
    return readFile(join(this.folder, "state", path), "utf8");
  }

  /** The list of ctr.log files that a user's look left. */
  ctrLogs(uid: number): Promise<string> {
    return readFile(join(this.folder, `run/user/${uid}/watchpost/ctr-logs`), "utf8");
  }

  /** The lines of the metrics that match, sorted. */
  async metrics(pattern: RegExp): Promise<string[]> {
    const lines = (await this.read("metrics/watchpost.prom")).split("\n");
    return lines.filter((line) => !line.startsWith("#") && pattern.test(line)).sort();
  }

  async remove(): Promise<void> {
    for (const uid of this.#pauses.keys()) this.stopManager(uid);
    await rm(this.folder, { recursive: true });
  }
}
