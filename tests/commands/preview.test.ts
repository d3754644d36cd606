import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { stringify } from "yaml";
import { stackFile } from "../../config/stack-file.ts";
import { projectFolder } from "../../demo/stack.ts";
import { type CommandError, run } from "../../toolchain/command.ts";
import { hosts } from "../config/sample.ts";

const stack = `test-preview-${process.pid}`;
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "watchpost-test-"));
  await writeFile(join(folder, "pulumi"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  await writeFile(join(folder, "other.json"), "{}");
  await writeFile(stackFile(stack), stringify({ config: { "watchpost:hosts": hosts } }));
});
after(async () => {
  await rm(folder, { recursive: true });
  await rm(stackFile(stack), { force: true });
});

const failing = async (command: string, args: string[], path = folder): Promise<string> => {
  try {
    await run(process.execPath, [`commands/${command}.ts`, ...args], { cwd: projectFolder, env: { PATH: path } });
  } catch (error) {
    return (error as CommandError).output.stderr;
  }
  throw new assert.AssertionError({ message: "expected the command to fail, it went well" });
};

describe("what is wrong with how a preview without secrets is asked for", () => {
  const cases: [string, string, string[], RegExp][] = [
    ["no stack", "preview", [], /^preview: --stack: expected the name of a stack, got none$/m],
    ["no stack for the copy", "preview-base", ["--out", "x"], /^preview:base: --stack: expected the name of a stack/m],
    ["no file for the copy", "preview-base", ["--stack", stack], /^preview:base: --out: expected a file/m],
    ["a stack without a file", "preview", ["--stack", "nowhere"], /there is no .*Pulumi\.nowhere\.yaml/],
    [
      "a copy that is not there",
      "preview",
      ["--stack", stack, "--base", "/none"],
      /--base: expected a file of .*cannot read/,
    ],
  ];
  for (const [what, command, args, message] of cases)
    test(`is told: ${what}`, async () => assert.match(await failing(command, args), message));

  test("is told: another file than a copy of the state", async () => {
    const said = await failing("preview", ["--stack", stack, "--base", join(folder, "other.json")]);
    assert.match(said, /--base: expected a file of 'npm run preview:base', got another in .*other\.json/);
  });

  test("is told: no engine", async () => {
    for (const [command, args] of [["preview", []] as const, ["preview-base", ["--out", "x"]] as const])
      assert.match(
        await failing(command, ["--stack", stack, ...args], "/nowhere"),
        /there is no pulumi on PATH: expected the engine/,
      );
  });
});
