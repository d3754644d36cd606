import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { dynamic } from "@pulumi/pulumi";
import type { SshAddress } from "../../providers/ssh/address.ts";
import { baseTree } from "../../throwaway/base-tree.ts";
import { prepareMachine, unable } from "../../throwaway/machine.ts";
import { systemEnv } from "../../toolchain/system-env.ts";
import { freePort } from "../free-port.ts";
import { makeKey } from "../keys.ts";

/** Why no real sshd can run here; false when it can. */
export const noSshd: string | false = unable()?.replace("a throwaway host", "sshd in a tree of its own") ?? false;

export interface RealSshdOptions {
  /** Lines of sshd_config beside those that every test needs; the first one of a keyword holds. */
  config?: string[];
  /** Bash that is run in the tree before sshd starts. */
  setup?: string;
  /** Who logs in: root, admin (may use sudo) or nosudo. @default root */
  user?: string;
}

const common = [
  "ListenAddress 127.0.0.1",
  "HostKey /etc/ssh/test_host_key",
  "AuthorizedKeysFile /etc/ssh/test_keys",
  "PasswordAuthentication no",
  "StrictModes no",
  "PidFile none",
  "UsePAM no",
  "UseDNS no",
  // tests that try wrong keys would be locked out
  "PerSourcePenalties no",
  "AcceptEnv LANG LC_*",
];

// In namespaces of its own: mounts and processes end with it, however it ends.
const start = `
set -e
mount -t tmpfs none "$folder"
mkdir "$folder"/{etc,upper,work,usr,usr-work,root}
mount -t overlay none -o "lowerdir=$tree/rest,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
mount -t overlay none -o "lowerdir=$tree/usr,upperdir=$folder/usr,workdir=$folder/usr-work" "$folder/root/usr"
cd "$folder/root"
mount -t proc none proc
mount --rbind /dev dev
mount -t tmpfs none run
mkdir -m 0755 run/sshd
# without a password that could be tried, and not locked either
chroot . usermod -p '*' admin
chroot . usermod -p '*' nosudo
(umask 077; printf %s "$host_key" >etc/ssh/test_host_key)
printf '%s\\n' "$user_key" >etc/ssh/test_keys
printf '%s\\n' "$config" >etc/ssh/test_config
chroot . /bin/bash -euc "$setup"
exec env -i PATH="$PATH" chroot . /usr/sbin/sshd -D -e -f /etc/ssh/test_config
`;

/** OpenSSH's own server on loopback, in a copy of the tree that throwaway hosts are made of: bash, sudo and users are real. */
export class RealSshd {
  readonly address: SshAddress;
  readonly #child: ChildProcess;
  readonly #folder: string;
  /** What it logged. */
  readonly log: string[] = [];

  private constructor(child: ChildProcess, folder: string, address: SshAddress) {
    this.#child = child;
    this.#folder = folder;
    this.address = address;
  }

  static async start({ config = [], setup = "", user = "root" }: RealSshdOptions = {}): Promise<RealSshd> {
    await prepareMachine();
    const [tree, port, folder] = [await baseTree(), await freePort(), await mkdtemp(join(tmpdir(), "watchpost-sshd-"))];
    const [hostKey, userKey] = [makeKey(), makeKey()];
    const env = {
      ...systemEnv(),
      ...{ tree, folder, setup, host_key: hostKey.privateKey, user_key: userKey.publicKey },
      config: [`Port ${port}`, ...config, ...common].join("\n"),
    };
    const namespaces = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"];
    const child = spawn("setpriv", ["--pdeathsig", "KILL", "unshare", ...namespaces, "bash", "-c", start], {
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const { publicKey } = hostKey;
    const { privateKey } = userKey;
    const address = { name: "real", address: "127.0.0.1", port, user, hostKey: publicKey, privateKey };
    const sshd = new RealSshd(child, folder, address);
    const lines = createInterface({ input: child.stderr as NonNullable<typeof child.stderr> });
    await new Promise<void>((listening, failed) => {
      child.once("exit", (status) => failed(new Error(`sshd ended (${status}): ${sshd.log.join("\n")}`)));
      lines.on("line", (line) => {
        sshd.log.push(line);
        if (line.startsWith("Server listening")) listening();
      });
    });
    return sshd;
  }

  /** The configuration of the host's provider, as the process of its resources hands it on. */
  get config(): dynamic.Config {
    const { hostKey: key, ...address } = this.address;
    const settings = Object.fromEntries(
      Object.entries({ ...address, key }).map(([name, value]) => [`host:${name}`, value]),
    );
    return { get: (key: string) => settings[key], require: (key: string) => settings[key] } as dynamic.Config;
  }

  async stop(): Promise<void> {
    // unshare heeds no other signal, and all that runs there ends with it
    if (this.#child.kill("SIGKILL")) await once(this.#child, "exit");
    await rm(this.#folder, { recursive: true, force: true });
  }
}
