import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { sha256 } from "../../providers/host-file.ts";
import { provider } from "../../providers/podman-secret.ts";
import { facts } from "./facts.ts";
import { FakeHost } from "./fake-host.ts";
import { nastyTexts } from "./nasty.ts";

// what podman was told and what it read, and the secret that it holds
const podman = (folder: string) => `
printf '%s\\n' "$*" >>${folder}/argv
env >>${folder}/environment
case "$2" in
create) cat >${folder}/secret ;;
exists) [[ -e ${folder}/secret ]] ;;
inspect) cat ${folder}/secret; echo ;;
rm) rm -f ${folder}/secret ;;
esac`;

describe("PodmanSecret", () => {
  let host: FakeHost;
  const inputs = { user: "", secret: "app-password", value: 'swordfish\'s "fin" $(x)' };
  const held = () => readFile(join(host.root.folder, "secret"), "utf8");
  const log = (name: string) => readFile(join(host.root.folder, name), "utf8");

  before(async () => {
    host = await FakeHost.start();
    await host.root.install("podman", podman(host.root.folder));
  });
  after(() => host.stop());

  test("reaches podman through standard input only, byte for byte", async () => {
    for (const value of nastyTexts.filter((text) => text !== "")) {
      await provider(host.config).create({ ...inputs, value });
      assert.equal(await held(), value);
    }
    await provider(host.config).create(inputs);
    for (const seen of [host.commands.join("\n"), await log("argv"), await log("environment")])
      assert.ok(!seen.includes("swordfish"));
  });

  test("is known again by read, and forgotten by delete", async () => {
    const { id, outs } = await provider(host.config).create(inputs);
    assert.equal((await provider(host.config).read(id, outs)).inputs.value, inputs.value);
    await provider(host.config).delete(id, outs);
    assert.deepEqual(await provider(host.config).read(id, outs), {});
    await provider(host.config).delete(id, outs);
  });

  test("has another version after each change, so that its unit restarts", async () => {
    const first = await provider(host.config).create(inputs);
    const second = await provider(host.config).update(first.id, first.outs, { ...inputs, value: "other" });
    assert.notEqual(first.outs.version, second.outs?.version);
  });

  test("that somebody changed on the host does not get into the state", async (t) => {
    const other = await FakeHost.start({ answer: () => ({ stdout: facts(["secret", sha256("foreign-value")]) }) });
    t.after(() => other.stop());
    const found = await provider(other.config).read("id", { ...inputs, version: "1" });
    assert.notEqual(found.inputs.value, inputs.value);
    assert.ok(!JSON.stringify(found).includes("foreign-value"));
  });
});
