import { aptInstall } from "./apt.ts";
import { exists } from "./cache.ts";
import { which } from "./command.ts";
import { step } from "./progress.ts";
import { systemEnv } from "./system-env.ts";

/** A Debian package, what it is for, and how to see that what it brings is there already. */
export interface SystemPackage {
  name: string;
  /** Completes "for ...": "building alloy". */
  purpose: string;
  isThere: () => Promise<boolean>;
}

/** A package that brings a program. */
export const onPath = (program: string, name: string, purpose: string): SystemPackage => ({
  name,
  purpose,
  isThere: async () => (await which(program, systemEnv().PATH)) !== undefined,
});

/** A package that brings a file. */
export const isFile = (file: string, name: string, purpose: string): SystemPackage => ({
  name,
  purpose,
  isThere: () => exists(file),
});

/** The packages that are missing, each once. */
async function missingOf(wanted: readonly SystemPackage[]): Promise<SystemPackage[]> {
  const there = await Promise.all(wanted.map((each) => each.isThere()));
  const missing = wanted.filter((_, index) => !there[index]);
  return missing.filter(({ name }, index) => missing.findIndex((each) => each.name === name) === index);
}

const namesOf = (packages: readonly SystemPackage[]): string[] => packages.map(({ name }) => name);

/** "debootstrap, systemd-container (for the throwaway host), gcc (for building alloy)". */
export function inWords(packages: readonly SystemPackage[]): string {
  const purposes = [...new Set(packages.map(({ purpose }) => purpose))];
  return purposes
    .map((purpose) => `${namesOf(packages.filter((each) => each.purpose === purpose)).join(", ")} (for ${purpose})`)
    .join(", ");
}

/**
 * Sees to it that Debian packages are there: installs those that are missing when that can be done (root, apt-get), all
 * at once.
 * @throws Error that names them, what they are for and the command to run when it cannot.
 */
export async function ensureSystemPackages(wanted: readonly SystemPackage[]): Promise<void> {
  const missing = await missingOf(wanted);
  if (missing.length === 0) return;
  const names = namesOf(missing);
  const command = `apt-get install --no-install-recommends ${names.join(" ")}`;
  if (!(await which("apt-get", systemEnv().PATH)))
    throw new Error(
      `this machine lacks ${inWords(missing)} and has no apt-get: install what Debian calls ${names.join(", ")}`,
    );
  if (process.getuid?.() !== 0)
    throw new Error(`this machine lacks ${inWords(missing)}: install them first, with \`sudo ${command}\``);
  await step(`install ${inWords(missing)} with apt-get`, () => aptInstall(names));
  const still = await missingOf(missing);
  if (still.length > 0)
    throw new Error(`\`${command}\` went well, and yet what it should bring is not there: ${inWords(still)}`);
}
