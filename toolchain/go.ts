import { createHash } from "node:crypto";
import { chmod, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "./cache.ts";
import { run, which } from "./command.ts";
import { requireModuleSum } from "./go-download.ts";
import { goArch } from "./platform.ts";
import { hasSum, sumOf } from "./sums.ts";
import { download, downloadUnchecked, whyUnreachable } from "./vendor.ts";
import { unzip } from "./zip.ts";

/** A Go toolchain. */
export interface Go {
  /** The path of the `go` program. */
  command: string;
  version: string;
  source: "path" | "vendor" | "module proxy";
}

/** The newest that the go.mod of a recipe asks for (Prometheus's). */
const MINIMUM = "1.26.7";
/** The Go that is fetched when the one at hand is older. */
const VERSION = "1.26.8";
const VENDOR = "https://go.dev/dl/";
const PROXY = "https://proxy.golang.org";
/** Whether version `a` ("1.26.8") is `b` or newer. */
export function isAtLeast(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split(".").map((part) => Number.parseInt(part, 10) || 0));
  for (const index of [0, 1, 2]) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

async function onPath(): Promise<Go | undefined> {
  const command = await which("go");
  if (!command) return undefined;
  // GOTOOLCHAIN=local: else Go answers for (and fetches) another version than its own.
  const said = await run(command, ["env", "GOVERSION"], { env: { ...process.env, GOTOOLCHAIN: "local" } });
  return { command, version: said.trim().replace(/^go/, ""), source: "path" };
}

/** The vendor's archive of the Go that is fetched. */
export const goArchive = (arch: string): string => `${VENDOR}go${VERSION}.linux-${arch}.tar.gz`;

/** The same Go as a module, "path@version". */
export const goModule = (arch: string): string => `golang.org/toolchain@v0.0.1-go${VERSION}.linux-${arch}`;

async function fromVendor(folder: string): Promise<void> {
  const archive = join(folder, "go.tar.gz");
  await download(goArchive(goArch), archive);
  await run("tar", ["-xzf", archive, "-C", folder]);
  await rm(archive);
}

/** Go's "h1:" hash of a module: over the sorted list of its files' own hashes. */
export async function moduleSum(folder: string, names: readonly string[]): Promise<string> {
  const all = createHash("sha256");
  for (const name of [...names].sort()) {
    const hash = createHash("sha256")
      .update(await readFile(join(folder, name)))
      .digest("hex");
    all.update(`${hash}  ${name}\n`);
  }
  return `h1:${all.digest("base64")}`;
}

async function fromModuleProxy(folder: string): Promise<void> {
  const module = goModule(goArch);
  const proxy = process.env.GOPROXY?.split(/[,|]/).find((each) => each.startsWith("http")) ?? PROXY;
  const archive = join(folder, "go.zip");
  sumOf(`go:${module}`);
  await downloadUnchecked(`${proxy.replace(/\/$/, "")}/${module.replace("@", "/@v/")}.zip`, archive);
  const names = await unzip(archive, folder);
  requireModuleSum(module, await moduleSum(folder, names));
  await rename(join(folder, module), join(folder, "go"));
  await Promise.all([rm(archive), rm(join(folder, "golang.org"), { recursive: true })]);
  // A module's zip knows no file modes.
  for (const programs of ["bin", `pkg/tool/linux_${goArch}`]) {
    const path = join(folder, "go", programs);
    for (const name of await readdir(path)) await chmod(join(path, name), 0o755);
  }
}

/** A Go toolchain that is new enough for every recipe: the one on PATH, else the vendor's, else the module proxy's. */
export async function findGo(): Promise<Go> {
  const own = await onPath();
  if (own && isAtLeast(own.version, MINIMUM)) return own;
  const isVendors = hasSum(goArchive(goArch)) && (await whyUnreachable(VENDOR)) === undefined;
  const source = isVendors ? "vendor" : "module proxy";
  const make = source === "vendor" ? fromVendor : fromModuleProxy;
  const folder = await cached(
    { name: "go", version: VERSION, recipe: { goArch } },
    `get Go ${VERSION} (${source})`,
    make,
  );
  return { command: join(folder, "go/bin/go"), version: VERSION, source };
}
