import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, lstat, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type HostFileInputs, provider } from "../../providers/host-file.ts";
import { FakeHost } from "./fake-host.ts";

const mallory = 61_001;
const skip = process.getuid?.() === 0 ? false : "only root can act for another user";

describe("HostFile in a folder that somebody else may change", { skip }, () => {
  let host: FakeHost;
  let folder: string;
  let victim: string;
  let inputs: HostFileInputs;
  const lifecycle = () => provider(host.config);

  beforeEach(async () => {
    host = await FakeHost.start();
    await chmod(host.root.folder, 0o755);
    folder = join(host.root.folder, "srv/blueprints");
    await mkdir(folder, { recursive: true });
    await chown(folder, mallory, mallory);
    victim = join(host.root.folder, "etc/victim");
    await writeFile(victim, "root's\n", { mode: 0o600 });
    inputs = { path: join(folder, "grafana.yaml"), content: "one\n", mode: "640", owner: `${mallory}:${mallory}` };
  });
  afterEach(async () => {
    const { uid, mode } = await stat(victim);
    assert.deepEqual([uid, mode & 0o777, await readFile(victim, "utf8")], [0, 0o600, "root's\n"]);
    await host.stop();
  });

  test("is written, seen, changed and taken away with the rights of its owner", async () => {
    const { id, outs } = await lifecycle().create(inputs);
    const { uid, gid, mode } = await stat(inputs.path);
    assert.deepEqual([uid, gid, mode & 0o777], [mallory, mallory, 0o640]);
    assert.deepEqual((await lifecycle().read(id, outs)).inputs, inputs);
    await writeFile(inputs.path, "by hand\n");
    await chmod(inputs.path, 0o600);
    const drift = await lifecycle().read(id, outs);
    assert.deepEqual([drift.inputs.content, drift.inputs.mode], ["by hand\n", "600"]);
    await lifecycle().update(id, outs, { ...inputs, content: "two\n" });
    assert.equal(await readFile(inputs.path, "utf8"), "two\n");
    await lifecycle().delete(id, outs);
    assert.equal(existsSync(inputs.path), false);
    assert.deepEqual(await lifecycle().read(id, outs), {});
  });

  test("of root's is refused with a sentence, and nothing is written", async () => {
    const root = { ...inputs, owner: "root:root" };
    await assert.rejects(
      lifecycle().create(root),
      /others than root may change where .*blueprints leads.*expected as the owner of .*grafana\.yaml the user whose folder it is, got root:root/,
    );
    assert.equal(existsSync(inputs.path), false);
  });

  test("one that root had written there becomes its owner's", async () => {
    await writeFile(inputs.path, "old\n", { mode: 0o600 });
    await lifecycle().create(inputs);
    assert.deepEqual([(await stat(inputs.path)).uid, await readFile(inputs.path, "utf8")], [mallory, "one\n"]);
  });

  test("a link in its place, or in that of its new copy, leads to nothing of root's", async () => {
    await symlink("../../etc/victim", inputs.path);
    await symlink("../../etc/victim", join(folder, ".grafana.yaml.watchpost-new"));
    const { id, outs } = await lifecycle().create(inputs);
    assert.equal((await lstat(inputs.path)).isSymbolicLink(), false);
    await lifecycle().delete(id, outs);
    await symlink("../../etc/victim", inputs.path);
    // what its owner may not read is not in the state
    assert.equal(JSON.stringify(await lifecycle().read(id, outs)).includes("root's"), false);
  });

  test("a folder that is a link leads to no folder of root's", async () => {
    await mkdir(join(host.root.folder, "etc/cron.d"));
    await symlink("../../etc/cron.d", join(folder, "into"));
    const path = join(folder, "into/grafana.yaml");
    await assert.rejects(lifecycle().create({ ...inputs, path }), /cannot write .*Permission denied/);
    assert.deepEqual(existsSync(join(host.root.folder, "etc/cron.d/grafana.yaml")), false);
  });

  test("whatever its owner does meanwhile, root's files stay root's", { timeout: 60_000 }, async () => {
    const swap = `cd "$1" || exit; while :; do ln -sfn ../../etc/victim .grafana.yaml.watchpost-new; ln -sfn ../../etc/victim grafana.yaml; done`;
    const swapper = spawn("bash", ["-c", swap, "bash", folder], { uid: mallory, gid: mallory, stdio: "ignore" });
    try {
      let outs = inputs;
      for (let round = 0; round < 20; round += 1) {
        const content = `${round}\n`;
        await lifecycle()
          .create({ ...inputs, content })
          .then((made) => {
            outs = made.outs;
          })
          .catch((error: Error) => assert.match(error.message, /cannot write .*with the rights of its owner/));
        await lifecycle().read(inputs.path, outs);
      }
    } finally {
      swapper.kill();
    }
  });
});
