// Brings sums.json up to date with the versions that the toolchain names: npm run sums [-- --all]
// A sum that is there is kept; --all computes each anew and says which differ. What cannot be reached from here stays null.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { run } from "./command.ts";
import { downloads } from "./downloads.ts";
import { findGo } from "./go.ts";
import { downloadAnyModule } from "./go-download.ts";
import { note } from "./progress.ts";
import { reasonOf } from "./reason.ts";
import { type Sums, sumsFile } from "./sums.ts";
import { downloadUnchecked, sha256 } from "./vendor.ts";

const { values } = parseArgs({ options: { all: { type: "boolean", default: false } } });
const scratch = await mkdtemp(join(tmpdir(), "watchpost-sums-"));

const sumOfFile = async (url: string) => {
  const file = join(scratch, "file");
  await downloadUnchecked(url, file);
  return `sha256:${await sha256(file)}`;
};

/** Go itself compares it with its checksum database. */
const sumOfModule = async (module: string) => {
  const env = { ...process.env, GOFLAGS: "-mod=mod", GOTOOLCHAIN: "local" };
  return (await downloadAnyModule(await findGo(), module, env, scratch)).Sum;
};

const ways: [RegExp, (name: string) => Promise<string>][] = [
  [/^(https:.*)$/, sumOfFile],
  [/^go:(.*)$/, sumOfModule],
  [/^npm:(.*)$/, async (name) => (await run("npm", ["view", name, "dist.integrity"])).trim()],
  [
    /^image:(.*)$/,
    async (name) => (await run("skopeo", ["inspect", "--format={{.Digest}}", `docker://${name}`])).trim(),
  ],
];

const compute = async (download: string): Promise<string> => {
  for (const [shape, way] of ways) {
    const name = shape.exec(download)?.[1];
    const sum = name && (await way(name));
    if (sum) return sum;
  }
  throw new Error("there is no such download");
};

try {
  const before = JSON.parse(await readFile(sumsFile, "utf8")) as Sums;
  const after: Record<string, string | null> = {};
  for (const download of downloads(before).sort()) {
    const kept = before[download] ?? null;
    after[download] = kept;
    if (kept !== null && !values.all) continue;
    try {
      const sum = await compute(download);
      if (kept !== null && sum !== kept) note(`${download}: CHANGED from ${kept} to ${sum}`);
      after[download] = sum;
    } catch (error) {
      note(`${download}: ${kept === null ? "stays unknown" : "is kept"} (${reasonOf(error)})`);
    }
  }
  await writeFile(sumsFile, `${JSON.stringify(after, undefined, 2)}\n`);
  console.log(`${Object.values(after).filter(Boolean).length} of ${Object.keys(after).length} downloads have a sum`);
} finally {
  await rm(scratch, { recursive: true });
}
