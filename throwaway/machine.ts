import { exists } from "../toolchain/cache.ts";
import { run, which } from "../toolchain/command.ts";
import { step } from "../toolchain/progress.ts";
import { systemEnv } from "./system.ts";

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** What a throwaway host needs of this machine, and the Debian package that brings it. */
const NEEDS = [
  { need: "debootstrap", package: "debootstrap" },
  { need: "systemd-nspawn", package: "systemd-container" },
  { need: "ip", package: "iproute2" },
  { need: "ssh-keygen", package: "openssh-client" },
  { need: "nsenter", package: "util-linux" },
  { need: KEYRING, package: "debian-archive-keyring" },
] as const;

async function missing(): Promise<(typeof NEEDS)[number][]> {
  const path = systemEnv().PATH;
  const there = await Promise.all(
    NEEDS.map(async ({ need }) => (need.startsWith("/") ? exists(need) : (await which(need, path)) !== undefined)),
  );
  return NEEDS.filter((_, index) => !there[index]);
}

async function install(packages: string[]): Promise<void> {
  const env = { ...systemEnv(), DEBIAN_FRONTEND: "noninteractive" };
  // Not by system(): half-way is no place to end a package manager.
  const get = () => run("apt-get", ["install", "--yes", "--no-install-recommends", ...packages], { env });
  // A fresh machine may have no package lists yet, or old ones.
  await get().catch(async () => {
    await run("apt-get", ["update"], { env });
    await get();
  });
}

/** Why this process cannot make a throwaway host at all, in one sentence; undefined when it can. */
export function unable(): string | undefined {
  const instead = "or name a host of yours with --host user@address";
  if (process.platform !== "linux")
    return `a throwaway host needs Linux, this is ${process.platform}; use a Linux VM, ${instead}`;
  if (process.getuid?.() !== 0) {
    return `a throwaway host needs root (to mount, to make a network interface and to boot systemd), this is uid ${process.getuid?.()}; run it with sudo, ${instead}`;
  }
  return undefined;
}

/**
 * Makes sure that this machine can run throwaway hosts; installs what is missing from its own package mirror.
 * @throws Error with one sentence: what is missing, and the mend.
 */
export async function prepareMachine(): Promise<void> {
  const reason = unable();
  if (reason) throw new Error(reason);
  const lacking = await missing();
  if (lacking.length === 0) return;
  const what = lacking.map(({ need }) => need).join(", ");
  const packages = lacking.map((need) => need.package);
  if (!(await which("apt-get", systemEnv().PATH))) {
    throw new Error(
      `a throwaway host needs ${what}, which this machine lacks and which cannot be installed because it has no apt-get; install what Debian calls ${packages.join(", ")}, or name a host of yours with --host user@address`,
    );
  }
  await step(`install ${packages.join(", ")} with apt-get`, () => install(packages));
}
