import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { before, test } from "node:test";
import { backendUrl, projectFolder } from "../../../demo/stack.ts";
import { type CommandError, run } from "../../../toolchain/command.ts";
import type { Rig } from "../rig.ts";

/** A preview with a copy of the state that has no secret in it, by somebody who has none. */
export const pullRequest = (rig: Rig): void => {
  let file: string;
  let secrets: string[];
  let said = "";

  const command = async (name: string, args: string[], env: Record<string, string>): Promise<string> => {
    const { PATH, HOME = rig.folder, NODE_COMPILE_CACHE = join(rig.folder, "compiled") } = process.env;
    const plugins = Object.values(rig.engine.plugins).flatMap((plugin) =>
      "file" in plugin ? dirname(plugin.file) : [],
    );
    const path = [rig.engine.path, ...plugins, PATH].join(delimiter);
    const all = { PATH: path, HOME, NODE_COMPILE_CACHE, ...env };
    const options = ["--disable-warning=ExperimentalWarning", `commands/${name}.ts`, "--stack", rig.name, ...args];
    return run("sh", ["-c", 'node "$@" 2>&1', "node", ...options], { cwd: projectFolder, env: all });
  };
  // a home of its own, so that nothing of the engine's is there but what is on PATH
  const preview = async (...args: string[]) => {
    await rig.guest.sh("ip link set host0 down");
    try {
      const text = await command("preview", ["--base", file, ...args], { HOME: join(rig.folder, "home") });
      said += text;
      return text;
    } finally {
      await rig.guest.sh("ip link set host0 up");
    }
  };

  before(async () => {
    file = join(rig.folder, "base.json");
    const made = (await rig.stack.stack.outputs()).grafanaAdminPassword?.value;
    secrets = [made, Buffer.from(made).toString("base64"), rig.host.privateKey.split("\n")[2] ?? ""];
    const env = { PULUMI_BACKEND_URL: backendUrl(rig.folder), PULUMI_CONFIG_PASSPHRASE: "" };
    env.PULUMI_CONFIG_PASSPHRASE = await readFile(join(rig.folder, "passphrase"), "utf8");
    said += await command("preview-base", ["--out", file], { ...rig.engine.env, ...env });
  });

  test("the copy of the state is its owner's to read, and has no secret in it", async () => {
    const text = await readFile(file, "utf8");
    assert.ok(!secrets.some((secret) => text.includes(secret)));
    assert.doesNotMatch(text, /"salt"|ciphertext/);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  test("without a change it shows none", async () => {
    assert.match(await preview("--expect-no-changes"), /Resources:\n {4}\d+ unchanged/);
  });

  test("a changed value shows where it goes, and nothing else does", async () => {
    await rig.stack.setConfig(rig.config({ loki: { retention: "9d" } }));
    try {
      const text = await preview("--diff");
      assert.match(text, /~ retention_period +: "31d" => "9d"/);
      // the proof comes after each change of a unit
      assert.match(text, /Resources:\n {4}~ 1 to update\n {4}\+-1 to replace\n/);
    } finally {
      await rig.stack.setConfig(rig.config());
    }
  });

  test("a mistake in the config is told", async () => {
    await rig.stack.setConfig(rig.config({ loki: { retention: "soon" } }));
    try {
      await assert.rejects(preview(), ({ message }: CommandError) => {
        assert.match(message, /loki\.retention: expected a duration/);
        return true;
      });
    } finally {
      await rig.stack.setConfig(rig.config());
    }
  });

  test("what it says has no secret in it, and leaves the stack's file as it was", async () => {
    assert.ok(!secrets.some((secret) => said.includes(secret)));
    assert.match(await readFile(rig.configFile, "utf8"), /secure: v1:/);
  });
};
