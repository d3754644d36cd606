import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { exists } from "../../toolchain/cache.ts";
import { ensureSystemPackages, type SystemPackage } from "../../toolchain/system-packages.ts";
import { holdLocks, makeAptRoot, noApt, PROBE, probeFile, removeAptRoot } from "./apt-root.ts";

const missing = (name: string, purpose: string): SystemPackage => ({ name, purpose, isThere: async () => false });
const wanted = [
  missing("debootstrap", "a throwaway host"),
  { ...missing("iproute2", "a throwaway host"), isThere: async () => true },
  missing("gcc", "building alloy"),
  missing("libsystemd-dev", "building alloy"),
  missing("gcc", "building promtail"),
];

/** This process as that of an ordinary user. */
const withoutRoot = (t: TestContext) => t.mock.method(process as { getuid: () => number }, "getuid", () => 1000);

describe("packages that cannot be installed are refused, all at once, with what they are for", () => {
  test("by another user than root", async (t) => {
    withoutRoot(t);
    const command = "sudo apt-get install --no-install-recommends debootstrap gcc libsystemd-dev";
    await assert.rejects(ensureSystemPackages(wanted), {
      message: `this machine lacks debootstrap (for a throwaway host), gcc, libsystemd-dev (for building alloy): install them first, with \`${command}\``,
    });
  });

  test("without apt-get", async (t) => {
    const former = process.env.PATH;
    t.after(() => {
      process.env.PATH = former;
    });
    process.env.PATH = "/nowhere";
    await assert.rejects(ensureSystemPackages(wanted), {
      message:
        "this machine lacks debootstrap (for a throwaway host), gcc, libsystemd-dev (for building alloy) and has no apt-get: install what Debian calls debootstrap, gcc, libsystemd-dev",
    });
  });

  test("nothing is asked of anybody when all is there", async (t) => {
    withoutRoot(t);
    await ensureSystemPackages(wanted.filter(({ name }) => name === "iproute2"));
  });
});

const program = `
const { ensureSystemPackages, isFile } = await import(process.argv[1]);
await ensureSystemPackages([isFile(process.argv[2], "${PROBE}", "this test")]);
`;

describe("a cold start: no home, no cache, no package lists, and another program at apt's locks", {
  skip: noApt,
}, () => {
  test("waits and installs", async () => {
    const root = await mkdtemp(join(tmpdir(), "watchpost-cold-"));
    const locks = ["apt/lists/lock", "dpkg/lock-frontend", "dpkg/lock"].map((name) => join("var/lib", name));
    const config = await makeAptRoot(root);
    const holder = await holdLocks(root, [...locks, "var/cache/apt/archives/lock"]);
    try {
      const home = join(root, "home");
      await mkdir(home);
      const { WATCHPOST_CACHE, XDG_CACHE_HOME, ...rest } = process.env;
      const module = join(import.meta.dirname, "../../toolchain/system-packages.ts");
      const child = spawn(process.execPath, ["--input-type=module", "--eval", program, module, probeFile(root)], {
        env: { ...rest, HOME: home, APT_CONFIG: config },
        stdio: ["ignore", "inherit", "pipe"],
      });
      const ended = once(child, "close");
      let said = "";
      for await (const text of child.stderr.setEncoding("utf8")) {
        said += text;
        if (said.includes("waiting for it")) await holder.letGo();
      }
      assert.deepEqual(await ended, [0, null], said);
      assert.match(said, /^install watchpost-probe \(for this test\) with apt-get \.\.\.\n/);
      assert.match(said, /lock-frontend is held by process \d+ \(.*\): waiting for it, at most 20 min 00 s\n/s);
      assert.match(said, /install watchpost-probe \(for this test\) with apt-get: done in /);
      assert.equal(await exists(probeFile(root)), true);
      assert.deepEqual(await readdir(home), []);
    } finally {
      await holder.letGo();
      await removeAptRoot(root);
    }
  });
});
