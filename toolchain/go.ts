import { createHash } from "node:crypto";
import { chmod, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "./cache.ts";
import { run, which } from "./command.ts";
import { goArch } from "./platform.ts";
import { download, fetchText, whyUnreachable } from "./vendor.ts";
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
/** What Go's checksum database says of the toolchain's own module, a hash over all of its files. */
const MODULE_SUMS = {
  amd64: "h1:ZOmGe1OnfREDMIdb1Qi4G9JSuDPBLGExZMQ4nis1RXM=",
  arm64: "h1:sYL/O6MqS68ML0kjsQ36WoYIpJqkw60TxizWUYUKQMc=",
};

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

interface VendorRelease {
  files: { filename: string; sha256: string }[];
}

async function fromVendor(folder: string): Promise<void> {
  const name = `go${VERSION}.linux-${goArch}.tar.gz`;
  const releases = JSON.parse(await fetchText(`${VENDOR}?mode=json&include=all`)) as VendorRelease[];
  const listed = releases.flatMap(({ files }) => files).find(({ filename }) => filename === name);
  if (!listed) throw new Error(`${VENDOR} does not list ${name}`);
  const archive = join(folder, name);
  await download(`${VENDOR}${name}`, archive, listed.sha256);
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
  const version = `v0.0.1-go${VERSION}.linux-${goArch}`;
  const proxy = process.env.GOPROXY?.split(/[,|]/).find((each) => each.startsWith("http")) ?? PROXY;
  const archive = join(folder, "go.zip");
  await download(`${proxy.replace(/\/$/, "")}/golang.org/toolchain/@v/${version}.zip`, archive);
  const names = await unzip(archive, folder);
  const sum = await moduleSum(folder, names);
  if (sum !== MODULE_SUMS[goArch])
    throw new Error(
      `golang.org/toolchain@${version} is not the one expected: wanted ${MODULE_SUMS[goArch]}, got ${sum}`,
    );
  await rename(join(folder, `golang.org/toolchain@${version}`), join(folder, "go"));
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
  const source = (await whyUnreachable(VENDOR)) === undefined ? "vendor" : "module proxy";
  const make = source === "vendor" ? fromVendor : fromModuleProxy;
  const folder = await cached(
    { name: "go", version: VERSION, recipe: { goArch } },
    `get Go ${VERSION} (${source})`,
    make,
  );
  return { command: join(folder, "go/bin/go"), version: VERSION, source };
}
