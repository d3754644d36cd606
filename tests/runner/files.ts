import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";

// each of them boots throwaway hosts of this machine
const sharesMachine = (file: string) => /^tests\/(host|demo)\//.test(file);

/** The test files below tests/, by their path from the project's folder: those that run side by side, and the others. */
export const findTests = async (root: string, wanted: (file: string) => boolean) => {
  const entries = await readdir(join(root, "tests"), { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter(wanted)
    .sort();
  return {
    parallel: files.filter((file) => !sharesMachine(file)),
    serial: files.filter(sharesMachine),
  };
};
