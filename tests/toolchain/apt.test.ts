import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, type TestContext, test } from "node:test";
import { until } from "../../throwaway/until.ts";
import { aptInstall, heldLock } from "../../toolchain/apt.ts";
import { exists } from "../../toolchain/cache.ts";
import { holdLocks, type LockHolder, makeAptRoot, noApt, PROBE, probeFile, removeAptRoot } from "./apt-root.ts";

describe("a lock that is held is read from what apt and dpkg write", () => {
  const cases: [string, string, ReturnType<typeof heldLock>][] = [
    [
      "apt 2",
      "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 32532 (python3)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?\n",
      { file: "/var/lib/dpkg/lock-frontend", pid: 32532 },
    ],
    [
      "apt 2, the holder in another container",
      "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 0\n",
      { file: "/var/lib/apt/lists/lock" },
    ],
    [
      "apt 1",
      "E: Could not get lock /var/lib/apt/lists/lock - open (11: Resource temporarily unavailable)\n",
      { file: "/var/lib/apt/lists/lock" },
    ],
    [
      "dpkg",
      "dpkg: error: dpkg frontend lock was locked by another process with pid 77\nNote: removing the lock file is always wrong\n",
      { file: "dpkg frontend lock", pid: 77 },
    ],
    [
      "no right to lock",
      "E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\n",
      undefined,
    ],
    ["another failure", "E: Unable to locate package nothing\n", undefined],
  ];
  for (const [what, stderr, expected] of cases) test(what, () => assert.deepEqual(heldLock(stderr), expected));
});

describe("packages are installed while another process has a lock", { skip: noApt }, () => {
  let root = "";
  let holder: LockHolder | undefined;
  const hold = async (lock: string) => {
    holder = await holdLocks(root, [lock]);
    return holder;
  };
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "watchpost-apt-"));
    process.env.APT_CONFIG = await makeAptRoot(root);
  });
  afterEach(async () => {
    await holder?.letGo();
    holder = undefined;
    delete process.env.APT_CONFIG;
    await removeAptRoot(root);
  });

  /** What is printed meanwhile. */
  const printed = (t: TestContext) => {
    const write = t.mock.method(process.stderr, "write", () => true);
    return () => write.mock.calls.map((call) => String(call.arguments[0])).join("");
  };

  // the lists' lock is that of `update`, the others are those of `install`
  for (const lock of [
    "var/lib/apt/lists/lock",
    "var/lib/dpkg/lock-frontend",
    "var/lib/dpkg/lock",
    "var/cache/apt/archives/lock",
  ])
    test(lock, async (t) => {
      const said = printed(t);
      const { pid, letGo } = await hold(lock);
      const installed = aptInstall([PROBE], 60_000);
      const waiting = `${join(root, lock)} is held by process ${pid} (`;
      await until("the wait is reported", 30_000, async () => said().includes(waiting) || undefined);
      assert.equal(await exists(probeFile(root)), false);
      await letGo();
      await installed;
      assert.equal(await exists(probeFile(root)), true);
      assert.equal(said().split(waiting).length, 2, "the wait is reported once");
    });

  test("not for ever: the holder is named", async (t) => {
    printed(t);
    const { pid } = await hold("var/lib/dpkg/lock-frontend");
    const reason = new RegExp(`lock-frontend is held by process ${pid} \\(.*, still after 0\\.5 s: end it`, "s");
    await assert.rejects(aptInstall([PROBE], 500), reason);
  });

  test("a package that there is none of is refused with apt's reason", async (t) => {
    printed(t);
    await assert.rejects(aptInstall(["watchpost-nothing"], 500), /E: Unable to locate package watchpost-nothing/);
  });
});
