import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";

// each of them boots throwaway hosts of this machine
const bootsHosts = (file: string) => /^tests\/(host|demo)\//.test(file);
// begun first, so that none of them is the last one alone
const longest = ["tests/host/deployed.test.ts", "tests/host/signals.test.ts"];
const rank = (file: string) => (longest.includes(file) ? 0 : 1);
// for minutes they wait for a silence to be noticed
const mostlyWaits = (file: string) => /^tests\/host\/watch[^/]*$/.test(file);

/**
 * The test files below tests/, by their path from the project's folder: those that run side by side, those that boot
 * hosts, the longest first, and those of them that leave the machine to others most of the time.
 */
export const findTests = async (root: string, wanted: (file: string) => boolean) => {
  const entries = await readdir(join(root, "tests"), { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter(wanted)
    .sort();
  return {
    parallel: files.filter((file) => !bootsHosts(file)),
    onHosts: files.filter((file) => bootsHosts(file) && !mostlyWaits(file)).sort((a, b) => rank(a) - rank(b)),
    waiting: files.filter(mostlyWaits),
  };
};
