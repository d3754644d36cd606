import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type HostFileInputs, provider } from "../../providers/host-file.ts";
import { FakeHost } from "./fake-host.ts";
import { owner } from "./owner.ts";

const nasty = 'it\'s "quoted" $(id) `id` $HOME \\n\n\ttab\r\n#{file} größer ✓\n\n';

describe("HostFile", () => {
  let host: FakeHost;
  let path: string;
  let inputs: HostFileInputs;
  const lifecycle = () => provider(host.config);
  const create = async (changes: Partial<HostFileInputs> = {}) => lifecycle().create({ ...inputs, ...changes });
  const differs = async (olds: HostFileInputs, news: HostFileInputs) =>
    (await lifecycle().diff(path, olds, news)).changes;

  beforeEach(async () => {
    host = await FakeHost.start();
    path = join(host.root.folder, "etc/made/deep/app.conf");
    inputs = { path, content: "one\n", mode: "640", owner };
  });
  afterEach(() => host.stop());

  test("create writes content, mode and owner, and makes the folders that lack", async () => {
    const { id, outs } = await create({ content: nasty });
    assert.equal(id, path);
    assert.equal(await readFile(path, "utf8"), nasty);
    assert.equal((await stat(path)).mode & 0o7777, 0o640);
    assert.equal((await stat(dirname(path))).mode & 0o7777, 0o755);
    assert.equal(await differs(outs, { ...inputs, content: nasty }), false);
    assert.equal(host.commands.length, 1);
  });

  test("an owner is seen as it was declared, by name or by id", async () => {
    const [uid, gid] = [process.getuid?.(), process.getgid?.()];
    const [user, group] = owner.split(":");
    for (const declared of [owner, `${uid}:${gid}`, `${user}:${gid}`, `${uid}:${group}`]) {
      const { id, outs } = await create({ owner: declared });
      assert.equal((await lifecycle().read(id, outs)).inputs.owner, declared);
      // what is another one's is told by name
      assert.equal((await lifecycle().read(id, { ...outs, owner: "4711:4711" })).inputs.owner, owner);
    }
  });

  describe("a path with a user's id in it", () => {
    const byUser = () => ({ ...inputs, path: join(host.root.folder, "etc/{uid:shop}.d/app.conf") });
    const there = () => join(host.root.folder, "etc/1001.d/app.conf");
    beforeEach(() => host.root.install("id", "[[ $2 == shop ]] && echo 1001"));

    test("is the host's own, from create to delete", async () => {
      const { id, outs } = await lifecycle().create(byUser());
      assert.equal(await readFile(there(), "utf8"), "one\n");
      assert.equal(await differs(outs, byUser()), false);
      assert.deepEqual((await lifecycle().read(id, outs)).inputs, byUser());
      await lifecycle().delete(id, outs);
      assert.equal(existsSync(there()), false);
    });

    test("may be of a user of a domain", async () => {
      await host.root.install("id", "[[ $2 == 'CORP\\jürgen' ]] && echo 700001");
      await lifecycle().create({ ...inputs, path: join(host.root.folder, "etc/{uid:CORP\\jürgen}.d/app.conf") });
      assert.equal(await readFile(join(host.root.folder, "etc/700001.d/app.conf"), "utf8"), "one\n");
    });

    test("is refused where there is no such user, and gone once there is none any more", async () => {
      const { id, outs } = await lifecycle().create(byUser());
      await host.root.install("id", "false");
      assert.deepEqual(await lifecycle().read(id, outs), {});
      await assert.rejects(lifecycle().create(byUser()), /there is no such user on the host as .*\{uid:shop\}/);
      await lifecycle().delete(id, outs);
      assert.equal(existsSync(there()), false);
    });
  });

  test("create adopts a file that is there, whoever wrote it", async () => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "of somebody else", { mode: 0o777 });
    await create();
    assert.equal(await readFile(path, "utf8"), "one\n");
    assert.equal((await stat(path)).mode & 0o7777, 0o640);
  });

  test("create refuses a folder that stands in its place, and leaves it alone", async () => {
    await mkdir(path, { recursive: true });
    await assert.rejects(create(), /cannot write/);
    assert.deepEqual(await readdir(path), []);
  });

  test("a second time nothing is written", async () => {
    await create();
    const before = await stat(path);
    await create();
    assert.deepEqual([(await stat(path)).ino, (await stat(path)).mtimeMs], [before.ino, before.mtimeMs]);
  });

  test("update of the mode alone leaves the content in place", async () => {
    const { outs } = await create();
    const before = await stat(path);
    await lifecycle().update(path, outs, { ...inputs, mode: "600" });
    const after = await stat(path);
    assert.equal(after.mode & 0o7777, 0o600);
    assert.deepEqual([after.ino, after.mtimeMs], [before.ino, before.mtimeMs]);
  });

  const drifts: [string, () => Promise<unknown>, Partial<HostFileInputs>][] = [
    ["content", () => writeFile(path, nasty), { content: nasty }],
    ["content that became empty", () => writeFile(path, ""), { content: "" }],
    ["mode", () => chmod(path, 0o777), { mode: "777" }],
  ];
  for (const [what, change, seen] of drifts)
    test(`read tells drift of the ${what}, and update repairs it`, async () => {
      const { outs } = await create();
      await change();
      const found = await lifecycle().read(path, outs);
      assert.deepEqual(found.inputs, { ...inputs, ...seen });
      assert.equal(await differs(found.props, inputs), true);
      await lifecycle().update(path, found.props, inputs);
      assert.deepEqual((await lifecycle().read(path, outs)).inputs, inputs);
      assert.equal(host.commands.length, 4, "one round trip each");
    });

  test("read of a file that is gone says so", async () => {
    const { outs } = await create();
    await lifecycle().delete(path, outs);
    assert.deepEqual(await lifecycle().read(path, outs), {});
  });

  test("delete takes away what was made, folders too, and does so twice without complaint", async () => {
    const before = await host.root.files();
    const { outs } = await create();
    await lifecycle().delete(path, outs);
    await lifecycle().delete(path, outs);
    assert.deepEqual(await host.root.files(), before);
  });

  test("delete keeps folders that were there before, and those with a file of somebody else", async () => {
    const was = join(host.root.folder, "etc/made");
    await mkdir(was, { recursive: true });
    const { outs } = await create();
    const foreign = join(dirname(path), "foreign.conf");
    await writeFile(foreign, "");
    await lifecycle().delete(path, outs);
    assert.deepEqual(await readdir(dirname(path)), ["foreign.conf"]);
    const second = await create({ path: join(was, "other/b.conf") });
    await lifecycle().delete("", second.outs);
    assert.deepEqual(await readdir(was), ["deep"]);
  });

  test("another path is another file: it is replaced", async () => {
    const { outs } = await create();
    const diff = await lifecycle().diff(path, outs, { ...inputs, path: `${path}.new` });
    assert.deepEqual([diff.changes, diff.replaces], [true, ["path"]]);
  });

  test("a user that the host lacks is told, and nothing is left behind", async () => {
    const before = await host.root.files();
    await assert.rejects(create({ owner: "nobody-of-that-name:root" }), /nobody-of-that-name/);
    assert.deepEqual(await host.root.files(), before);
  });
});
