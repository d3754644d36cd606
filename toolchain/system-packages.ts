import { run, which } from "./command.ts";
import { step } from "./progress.ts";

/** A Debian package and how to see that what it brings is there already. */
export interface SystemPackage {
  name: string;
  isThere: () => Promise<boolean>;
}

/**
 * Sees to it that Debian packages are there: installs those that are missing when that can be done (root, apt-get).
 * @throws Error that names the command to run when it cannot.
 */
export async function ensureSystemPackages(wanted: readonly SystemPackage[], purpose: string): Promise<void> {
  const there = await Promise.all(wanted.map((each) => each.isThere()));
  const missing = wanted.filter((_, index) => !there[index]).map((each) => each.name);
  if (missing.length === 0) return;
  const list = missing.join(" ");
  if (process.getuid?.() !== 0 || !(await which("apt-get")))
    throw new Error(
      `${purpose} needs ${list}: install it first, on Debian and Ubuntu with \`sudo apt-get install ${list}\``,
    );
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await step(`install ${list} (${purpose} needs it)`, async () => {
    await run("apt-get", ["update", "-qq"], { env });
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], { env });
  });
}
