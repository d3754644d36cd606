import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The file of all sums; bootstrap.mjs, which runs before there is any TypeScript, reads it too. */
export const sumsFile = join(import.meta.dirname, "sums.json");

/**
 * What is downloaded, and the sum that it has to have; null where nobody could compute it yet. By kind:
 * an https URL: sha256 of the file. `go:MODULE@VERSION`: go.sum's h1. `npm:PACKAGE@VERSION`: npm's integrity.
 * `image:REFERENCE`: digest of the manifest list.
 */
export type Sums = Readonly<Record<string, string | null>>;

/** A download whose sum nobody has written down: it is refused. */
export class UnknownSum extends Error {
  override name = "UnknownSum";
}

let sums: Sums | undefined;

/** Whether the repository has the sum of a download. */
export function hasSum(download: string): boolean {
  sums ??= JSON.parse(readFileSync(sumsFile, "utf8")) as Sums;
  return sums[download] != null;
}

const inWords = (download: string): string =>
  download
    .replace(/^image:/, "the image ")
    .replace(/^go:/, "the Go module ")
    .replace(/^npm:/, "the npm package ");

/**
 * The sum of a download.
 * @throws UnknownSum where the repository has none, so that nothing is trusted because of its address alone.
 */
export function sumOf(download: string): string {
  sums ??= JSON.parse(readFileSync(sumsFile, "utf8")) as Sums;
  const sum = sums[download];
  if (sum != null) return sum;
  throw new UnknownSum(`${inWords(download)} is refused: its sum is not in toolchain/sums.json (npm run sums adds it)`);
}
