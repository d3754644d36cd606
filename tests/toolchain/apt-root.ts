import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run, which } from "../../toolchain/command.ts";
import { sha256 } from "../../toolchain/vendor.ts";

/** The package that the tests install. */
export const PROBE = "watchpost-probe";

/** Where its one file lies once it is installed. */
export const probeFile = (root: string): string => join(root, "usr/share", PROBE, "there");

/** Why apt cannot be tried here; false where it can. */
export const noApt: string | false = await (async () => {
  const missing: string[] = [];
  for (const program of ["apt-get", "dpkg-deb", "python3"]) if (!(await which(program))) missing.push(program);
  if (missing.length > 0) return `needs ${missing.join(", ")}`;
  return process.getuid?.() === 0 ? false : "needs root, as dpkg does";
})();

const CONTROL = `Package: ${PROBE}
Version: 1
Architecture: all
Maintainer: nobody <nobody@example.org>
Description: a package of Watchpost's tests
`;

/** A repository with one package, as a folder. */
async function makeRepository(root: string): Promise<string> {
  const [tree, repository] = [join(root, "tree"), join(root, "repository")];
  for (const folder of [join(tree, "DEBIAN"), join(probeFile(tree), ".."), repository])
    await mkdir(folder, { recursive: true });
  await writeFile(join(tree, "DEBIAN/control"), CONTROL);
  await writeFile(probeFile(tree), "");
  const file = join(repository, "probe.deb");
  await run("dpkg-deb", ["--build", "--root-owner-group", tree, file]);
  const { length } = await readFile(file);
  const entry = `${CONTROL}Filename: ./probe.deb\nSize: ${length}\nSHA256: ${await sha256(file)}\n`;
  await writeFile(join(repository, "Packages"), entry);
  return repository;
}

/**
 * Lays out folders in which the real apt and dpkg work as on a machine of their own that has never seen package lists.
 * @returns the file for APT_CONFIG
 */
export async function makeAptRoot(root: string): Promise<string> {
  const folders = ["etc/apt/apt.conf.d", "etc/apt/preferences.d", "etc/apt/trusted.gpg.d", "var/lib/apt/lists/partial"];
  for (const folder of [
    ...folders,
    "var/lib/dpkg/info",
    "var/lib/dpkg/updates",
    "var/cache/apt/archives/partial",
    "var/log/apt",
  ])
    await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, "var/lib/dpkg/status"), "");
  await writeFile(join(root, "etc/apt/sources.list"), `deb [trusted=yes] file:${await makeRepository(root)} ./\n`);
  const config = join(root, "apt.conf");
  const lines = [
    `Dir "${root}/"`,
    `Dir::State::status "${root}/var/lib/dpkg/status"`,
    'Dir::Bin::dpkg "/usr/bin/dpkg"',
    `DPkg::Options { "--root=${root}"; "--force-script-chrootless"; }`,
    'APT::Sandbox::User "root"',
  ];
  await writeFile(config, lines.map((line) => `${line};\n`).join(""));
  return config;
}

const HOLD = `
import fcntl, sys
files = [open(path, "a") for path in sys.argv[1:]]
for file in files: fcntl.lockf(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
`;

/** A process that holds locks as apt and dpkg do (fcntl). */
export interface LockHolder {
  pid: number;
  /** Frees the locks and ends it; may be called again. */
  letGo(): Promise<void>;
}

/** @param locks their paths below `root` */
export async function holdLocks(root: string, locks: readonly string[]): Promise<LockHolder> {
  const child = spawn("python3", ["-c", HOLD, ...locks.map((lock) => join(root, lock))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  await once(child.stdout, "data");
  return {
    pid: child.pid ?? 0,
    async letGo() {
      child.stdin.end();
      await ended;
    },
  };
}

/** Takes an apt root away. */
export const removeAptRoot = (root: string): Promise<void> => rm(root, { recursive: true, force: true });
