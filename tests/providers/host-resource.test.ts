import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { providerText } from "../../providers/host-resource.ts";
import { FakeHost } from "./fake-host.ts";
import { owner } from "./owner.ts";
import { startProviderProcess } from "./provider-process.ts";

const project = resolve(import.meta.dirname, "../..");
const calls = ["check", "diff", "create", "read", "update", "delete"];

/** The modules that any provider names in the state. */
const shimmed = async () => {
  const files = (await readdir(join(project, "providers"))).filter((file) => file.endsWith(".ts"));
  const sources = await Promise.all(files.map((file) => readFile(join(project, "providers", file), "utf8")));
  return sources.flatMap((source) => [...source.matchAll(/"(\.\/providers\/[^"]+)"/g)].map(([, path = ""]) => path));
};

describe("what the state holds of a provider", async () => {
  const modules = await shimmed();

  test("there is one for each kind of host object", () => assert.equal(modules.length, 8, modules.join()));

  for (const module of modules) {
    test(`${module} exists below the project's folder and exports all that the engine calls`, async () => {
      assert.match(module, /^\.\/providers\//);
      const { provider } = await import(resolve(project, module));
      for (const call of calls) assert.equal(typeof provider({})[call], "function", call);
    });

    test(`${module} is an import and no more`, () => {
      const text = providerText(module);
      assert.ok(text.length < 500, `${text.length} bytes`);
      assert.ok(text.includes(module));
      // nothing of this process got into it
      assert.ok(!text.includes(project));
      assert.doesNotMatch(text, /PRIVATE KEY|privateKey|password/i);
    });
  }
});

test("Pulumi's own provider process runs it: many resources at once, one connection to the host", async (t) => {
  const host = await FakeHost.start();
  t.after(() => host.stop());
  const engine = await startProviderProcess(host.settings);
  t.after(() => engine.stop());
  const text = providerText("./providers/host-file.ts");
  const file = (name: string) => ({
    path: join(host.root.folder, "etc", name),
    content: name,
    mode: "600",
    owner,
  });
  const names = ["a", "b", "c", "d"];
  const made = await Promise.all(names.map((name) => engine.create(text, file(name))));
  assert.deepEqual(
    made.map(({ id }) => id),
    names.map((name) => file(name).path),
  );
  assert.deepEqual(await Promise.all(names.map((name) => readFile(file(name).path, "utf8"))), names);
  assert.deepEqual([host.handshakes, host.commands.length], [1, names.length]);

  // an error's message is all that gets through the engine
  const message = /host fake .*: HostFile .*: refused, and nothing was changed: no good$/;
  await assert.rejects(engine.create(text, { ...file("e"), validate: "echo no good; false" }), message);
});
