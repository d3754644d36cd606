import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type HostFileInputs, provider } from "../../providers/host-file.ts";
import { FakeHost } from "./fake-host.ts";
import { owner } from "./owner.ts";

describe("HostFile's validate", () => {
  let host: FakeHost;
  let inputs: HostFileInputs;
  beforeEach(async () => {
    host = await FakeHost.start();
    const path = join(host.root.folder, "etc/app.conf");
    inputs = {
      path,
      content: "good\n",
      mode: "644",
      owner,
      validate: "grep -x good {file} || { echo 'line 1: not good'; false; }",
    };
  });
  afterEach(() => host.stop());

  test("refuses a file before it replaces the old one, in the checker's words", async () => {
    const { outs } = await provider(host.config).create(inputs);
    await assert.rejects(
      provider(host.config).update(inputs.path, outs, { ...inputs, content: "bad\n" }),
      /HostFile .*app\.conf: refused, and nothing was changed: line 1: not good/,
    );
    assert.equal(await readFile(inputs.path, "utf8"), "good\n");
  });

  test("leaves nothing behind of a first file that is refused", async () => {
    const before = await host.root.files();
    await assert.rejects(provider(host.config).create({ ...inputs, content: "bad\n" }), /not good/);
    assert.deepEqual(await host.root.files(), before);
  });
});

describe("HostFile's apply", () => {
  let host: FakeHost;
  let inputs: HostFileInputs;
  let log: string;
  const applied = async () => (await readFile(log, "utf8").catch(() => "")).split("\n").filter(Boolean);
  beforeEach(async () => {
    host = await FakeHost.start();
    const path = join(host.root.folder, "etc/app.conf");
    log = join(host.root.folder, "applied");
    inputs = {
      path,
      content: "one",
      mode: "644",
      owner,
      apply: `cat ${path} >>${log} && echo >>${log}; test ! -e ${log}.fail`,
    };
  });
  afterEach(() => host.stop());

  test("runs after the content changed, and not for less", async () => {
    const lifecycle = provider(host.config);
    await lifecycle.create(inputs);
    await lifecycle.create(inputs);
    await lifecycle.update(inputs.path, inputs, { ...inputs, mode: "600" });
    assert.deepEqual(await applied(), ["one"]);
    await lifecycle.update(inputs.path, inputs, { ...inputs, content: "two" });
    assert.deepEqual(await applied(), ["one", "two"]);
  });

  test("puts the old file back where it fails, and tells why", async () => {
    const lifecycle = provider(host.config);
    await lifecycle.create(inputs);
    await writeFile(`${log}.fail`, "");
    await assert.rejects(
      lifecycle.update(inputs.path, inputs, { ...inputs, content: "two" }),
      /failed, and the old file is back/,
    );
    assert.equal(await readFile(inputs.path, "utf8"), "one");
    assert.deepEqual(await applied(), ["one", "two", "one"]);
  });

  test("leaves no file where the first one fails", async () => {
    await writeFile(`${log}.fail`, "");
    await assert.rejects(provider(host.config).create(inputs), /failed/);
    assert.deepEqual(
      (await host.root.files()).filter((path) => path.startsWith("etc/")),
      [],
    );
  });

  test("is made up for by the next run where a run was cut off between writing and applying", async () => {
    const lifecycle = provider(host.config);
    await assert.rejects(lifecycle.create({ ...inputs, apply: "kill -KILL 0" }));
    assert.equal(await readFile(inputs.path, "utf8"), "one");
    await lifecycle.create(inputs);
    assert.deepEqual(await applied(), ["one"]);
    await lifecycle.create(inputs);
    assert.deepEqual(await applied(), ["one"]);
  });
});
