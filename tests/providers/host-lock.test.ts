import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import type { Owner } from "../../providers/host-lock.ts";
import { underLock } from "../../providers/host-lock.ts";
import { assignments, script } from "../../providers/script.ts";
import { closeGroup } from "../../providers/ssh/bash.ts";
import type { ScriptResult } from "../../providers/ssh/errors.ts";
import { until } from "../../throwaway/until.ts";
import { FakeRoot } from "./fake-root.ts";

const owner = (operator: string, stack = "watchpost/prod"): Owner => ({ run: operator, stack, operator, pid: 42 });
const anna = owner("anna@laptop");
const bert = owner("bert@desk");

describe("the lock of a host", () => {
  let root: FakeRoot;
  beforeEach(async () => {
    root = await FakeRoot.make();
  });
  afterEach(() => root.remove());

  const path = (name: string) => join(root.folder, name);
  /** A job of an owner that ends when told; a rival waits for half a second only. */
  const job = (who: Owner, variables: object, body: string): Promise<ScriptResult> => {
    const asOwner = { lease: 35, ...who, ...variables, patience: 1 };
    return root.run(closeGroup(`${assignments(asOwner)}\n${script("none-sync", {})}\n${body}`), Buffer.alloc(0));
  };
  /** A job that stays at work until `end` is called. */
  const atWork = async (who: Owner, variables = {}) => {
    const mark = path(`at-work-${who.operator}`);
    const ended = job(who, variables, `: >${mark}; until [[ -e ${mark}-end ]]; do sleep 0.05; done`);
    await until("the job is at work", 20_000, () => stat(mark).catch(() => undefined));
    return async () => {
      await writeFile(`${mark}-end`, "");
      return ended;
    };
  };

  test("lets the jobs of one run work at the same time", async () => {
    const end = await atWork(anna);
    assert.equal((await job(anna, {}, "true")).status, 0);
    assert.equal((await end()).status, 0);
  });

  test("refuses another run, by the name of the first, and changes nothing", async () => {
    const end = await atWork(anna);
    const { status, stderr } = await job(bert, {}, `: >${path("changed")}`);
    assert.notEqual(status, 0);
    assert.match(
      stderr,
      /being changed by anna@laptop \(stack watchpost\/prod, process 42 there, since \d{4}-\d\d-\d\d/,
    );
    await assert.rejects(stat(path("changed")));
    await end();
  });

  test("is kept between the jobs of a run, for as long as it gives signs of life", async () => {
    await job(anna, {}, "true");
    assert.notEqual((await job(bert, {}, "true")).status, 0);
    // the same, 35 seconds without a sign of life later
    assert.equal((await job(bert, { lease: 0 }, "true")).status, 0);
    assert.notEqual((await job(anna, {}, "true")).status, 0);
  });

  test("waits for a job of a run that is over", async () => {
    const end = await atWork(anna);
    assert.notEqual((await job(bert, { lease: 0 }, "true")).status, 0);
    await end();
    assert.equal((await job(bert, { lease: 0 }, "true")).status, 0);
  });

  test("is gone with the connection of its run", async () => {
    await job(anna, {}, "true");
    const holder = path("run/watchpost/holder");
    // an sshd that has ended
    await writeFile(holder, (await readFile(holder, "utf8")).replace(/^session.*$/m, "session 4194999:1"));
    assert.equal((await job(bert, {}, "true")).status, 0);
  });

  test("is nobody's to hold but root's", async () => {
    const end = await atWork(anna);
    for (const [name, mode] of [
      ["", 0o711],
      ["/lock", 0o600],
      ["/holder", 0o600],
      ["/mutex", 0o600],
    ] as const)
      assert.equal((await stat(path(`run/watchpost${name}`))).mode & 0o777, mode, name);
    await end();
  });

  test("is not held by what a job that was killed has left running", async () => {
    const killed =
      "user=; enter_scope; { sleep 0.3; kill -KILL $$; } 7>&- 8>&- 9>&- & as_user sleep 20 >/dev/null 2>&1";
    assert.notEqual((await job(anna, {}, killed)).status, 0);
    assert.equal((await job(bert, { lease: 0 }, "true")).status, 0);
  });
});

describe("who holds the lock of /run", {
  skip: process.getuid?.() === 0 ? false : "another user's lock needs root",
}, () => {
  let root: FakeRoot;
  let holder: ChildProcess;
  before(async () => {
    root = await FakeRoot.make();
    await chmod(root.folder, 0o755);
    await mkdir(join(root.folder, "run"), { recursive: true });
    const hold = `exec 9<${root.folder}/run && flock 9 && echo held && exec sleep 60`;
    holder = spawn("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "bash", "-c", hold]);
    await new Promise((held) => holder.stdout?.once("data", held));
  });
  after(async () => {
    holder.kill();
    await root.remove();
  });

  test("keeps no job from its work", async () => {
    const { status, stderr } = await root.run(
      closeGroup(`${assignments({ ...anna })}\n${script("none-sync", {})}\nown 'folder /x'`),
      Buffer.alloc(0),
    );
    assert.equal(status, 0, stderr);
  });
});

describe("the owner of a host", () => {
  let root: FakeRoot;
  const made = () => readFile(join(root.folder, "var/lib/watchpost/made"), "utf8");
  const run = (who: Owner, name: string, body: string) =>
    root.run(
      closeGroup(`${assignments({ lease: 0, patience: 1, ...who })}\n${script(name, {})}\n${body}`),
      Buffer.alloc(0),
    );
  beforeEach(async () => {
    root = await FakeRoot.make();
  });
  afterEach(() => root.remove());

  test("is the stack that changed it first; another one is refused in one sentence", async () => {
    await run(anna, "none-sync", "true");
    assert.equal(await made(), "stack watchpost/prod\n");
    const { status, stderr } = await run(owner("bert@desk", "watchpost/other"), "none-sync", "own 'folder /x'");
    assert.notEqual(status, 0);
    assert.match(
      stderr,
      /^this host belongs to the stack watchpost\/prod, expected watchpost\/other: .*nothing was changed$/m,
    );
    assert.equal(await made(), "stack watchpost/prod\n");
  });

  test("is nobody once its last unit is gone, whatever data is kept", async () => {
    await run(anna, "none-sync", "own 'unit root a.service' 'user app'");
    await run(anna, "none-delete", "give_up 'unit root a.service'; drop_folders");
    assert.equal(await made(), "user app\n");
    assert.equal((await run(owner("bert@desk", "watchpost/other"), "none-sync", "true")).status, 0);
  });

  test("a state of an older version, which names no stack, goes on", async () => {
    await run({ ...anna, stack: "" }, "none-sync", "own 'folder /x'");
    assert.equal(await made(), "folder /x\n");
  });

  for (const [what, ledger] of [
    ["empty", ""],
    ["of zeros", "\0\0\0\0"],
    ["cut off in a line", "folder /etc/watchpost\nfol"],
  ] as const)
    test(`a ledger that is ${what} is told, and not taken for none`, async () => {
      await mkdir(join(root.folder, "var/lib/watchpost"), { recursive: true });
      await writeFile(join(root.folder, "var/lib/watchpost/made"), ledger);
      const { status, stderr } = await run(anna, "none-delete", "give_up 'folder /etc/watchpost'");
      assert.notEqual(status, 0);
      assert.match(stderr, /made is damaged/);
      assert.equal(await made(), ledger);
    });
});

describe("a connection under the lock", () => {
  test("gives each job its owner, and a sign of life while nothing is to be done", async (t) => {
    t.mock.timers.enable({ apis: ["setInterval"] });
    const scripts: string[] = [];
    const host = {
      run: async ({ script }: { script: string }) => {
        scripts.push(script);
        return "";
      },
      open: () => assert.fail("nothing is opened"),
    };
    const locked = underLock(host, anna);
    await locked.run({ what: "a job", script: "true" });
    for (let tick = 0; tick < 2; tick++) {
      t.mock.timers.tick(10_000);
      await new Promise(setImmediate);
    }
    assert.deepEqual(
      scripts.map((text) => [text.startsWith("run='anna@laptop'\n"), text.endsWith("locked renew_lock")]),
      [
        [true, false],
        [true, true],
        [true, true],
      ],
    );
  });
});
