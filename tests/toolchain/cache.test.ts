import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { cached, cacheRoot, findCached, keyName } from "../../toolchain/cache.ts";

let folder = "";
const former = process.env.WATCHPOST_CACHE;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "watchpost-cache-"));
  process.env.WATCHPOST_CACHE = folder;
});
after(async () => {
  if (former === undefined) delete process.env.WATCHPOST_CACHE;
  else process.env.WATCHPOST_CACHE = former;
  await rm(folder, { recursive: true });
});

test("the cache's root is the first of $WATCHPOST_CACHE, $XDG_CACHE_HOME/watchpost, ~/.cache/watchpost", () => {
  assert.equal(cacheRoot({ WATCHPOST_CACHE: "/a", XDG_CACHE_HOME: "/b" }), "/a");
  assert.equal(cacheRoot({ XDG_CACHE_HOME: "/b" }), "/b/watchpost");
  assert.match(cacheRoot({}), /\/\.cache\/watchpost$/);
});

test("a key names the thing and changes with its recipe, not with the order of the recipe's keys", () => {
  const key = { name: "loki", version: "3.7.8", recipe: { a: 1, b: [{ x: 1, y: 2 }] } };
  assert.match(keyName(key), /^loki-3\.7\.8-[0-9a-f]{12}$/);
  assert.equal(keyName(key), keyName({ ...key, recipe: { b: [{ y: 2, x: 1 }], a: 1 } }));
  assert.notEqual(keyName(key), keyName({ ...key, recipe: { a: 1, b: [{ x: 1, y: 3 }] } }));
});

test("a cached thing is made once, also when several want it at once", async () => {
  const key = { name: "thing", version: "1", recipe: {} };
  let made = 0;
  const make = async (draft: string) => {
    made += 1;
    await writeFile(join(draft, "file"), "whole");
  };
  const [first, second] = await Promise.all([cached(key, "make it", make), cached(key, "make it", make)]);
  assert.equal(first, second);
  assert.equal(made, 1);
  assert.equal(await readFile(join(first, "file"), "utf8"), "whole");
  assert.equal(await findCached(key), first);
});

test("what fails half-way leaves nothing behind and can be tried again", async () => {
  const key = { name: "broken", version: "1", recipe: {} };
  const fail = async (draft: string) => {
    await writeFile(join(draft, "half"), "");
    throw new Error("no space");
  };
  await assert.rejects(cached(key, "make it", fail), /no space/);
  assert.equal(await findCached(key), undefined);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.includes("broken")),
    [],
  );
  await cached(key, "make it", async () => {});
  assert.notEqual(await findCached(key), undefined);
});

test("what a killed run has left half-made goes when the thing is made again", async () => {
  const key = { name: "killed", version: "1", recipe: {} };
  await mkdir(join(folder, `.draft-${keyName(key)}-of-a-killed-run`));
  await mkdir(join(folder, ".draft-other-1-000000000000-of-a-running-one"));
  await cached(key, "make it", async () => {});
  const drafts = (await readdir(folder)).filter((name) => name.startsWith(".draft-"));
  assert.deepEqual(drafts, [".draft-other-1-000000000000-of-a-running-one"]);
});
