import { which } from "../toolchain/command.ts";
import { systemEnv } from "../toolchain/system-env.ts";
import { ensureSystemPackages, isFile, onPath, type SystemPackage } from "../toolchain/system-packages.ts";

const purpose = "a throwaway host";

/** What a throwaway host needs of this machine. */
export const hostNeeds: readonly SystemPackage[] = [
  onPath("debootstrap", "debootstrap", purpose),
  onPath("systemd-nspawn", "systemd-container", purpose),
  onPath("ip", "iproute2", purpose),
  onPath("ssh-keygen", "openssh-client", purpose),
  onPath("nsenter", "util-linux", purpose),
  onPath("mount", "mount", purpose),
  isFile("/usr/share/keyrings/debian-archive-keyring.gpg", "debian-archive-keyring", purpose),
  // debootstrap checks Debian's signature with either
  {
    name: "gpgv",
    purpose,
    isThere: async () =>
      (await Promise.all(["gpgv", "sqv"].map((program) => which(program, systemEnv().PATH)))).some(Boolean),
  },
];

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
  await ensureSystemPackages(hostNeeds);
}
