import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ownerOf, withLock } from "../../toolchain/lock.ts";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "watchpost-lock-"));
});
after(() => rm(folder, { recursive: true }));

test("one at a time, and nothing is left", async () => {
  const file = join(folder, "busy");
  let inside = 0;
  const work = () =>
    withLock(file, async () => {
      inside += 1;
      assert.equal(inside, 1);
      assert.equal(await readFile(file, "utf8"), await ownerOf(process.pid));
      inside -= 1;
    });
  await Promise.all([work(), work(), work()]);
  assert.deepEqual(await readdir(folder), []);
});

test("a lock whose owner has ended is taken over", async () => {
  const file = join(folder, "stale");
  const child = spawn("true");
  const { pid } = child;
  assert.ok(pid);
  await once(child, "exit");
  await writeFile(file, `${pid} 12345`);
  assert.equal(await withLock(file, async () => "mine"), "mine");
});

test("a lock whose owner's pid is another process's by now is taken over", async () => {
  const file = join(folder, "reused");
  await writeFile(file, `${process.pid} 1`);
  assert.equal(await withLock(file, async () => "mine"), "mine");
});

test("a living owner is waited for", async () => {
  const file = join(folder, "living");
  await writeFile(file, await ownerOf(process.pid));
  const waited: number[] = [];
  const done = withLock(
    file,
    async () => "mine",
    (pid) => waited.push(pid),
  );
  setTimeout(() => rm(file), 300);
  assert.equal(await done, "mine");
  assert.deepEqual(waited, [process.pid]);
});

test("the lock is freed when the work fails", async () => {
  const file = join(folder, "failed");
  await assert.rejects(
    withLock(file, async () => Promise.reject(new Error("broken"))),
    /broken/,
  );
  assert.equal(await withLock(file, async () => "free"), "free");
});
