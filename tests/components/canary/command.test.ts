import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { projectFolder } from "../../../demo/stack.ts";

const run = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  new Promise<{ status: number; stdout: string; stderr: string }>((done) => {
    const command = [join(projectFolder, "commands/canary.ts"), ...args];
    execFile(process.execPath, command, { env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      done({ status: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });

describe("npm run canary", () => {
  const wrong: [string[], RegExp][] = [
    [["--nope"], /Unknown option '--nope'/],
    [["--stack", "prod", "--name", "demo"], /^--name, --stack: expected one of them, got both$/m],
    [["--wait", "soon"], /^--wait: expected seconds, got soon$/m],
    [["--name", "No"], /^--name: expected up to 31 lower-case letters/m],
  ];
  for (const [args, said] of wrong)
    test(`${args.join(" ")}: exit status 2`, async () => {
      const { status, stdout, stderr } = await run(args);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, said);
    });

  test("without a demo: exit status 1, and how to have one", async () => {
    const folder = await mkdtemp(join(tmpdir(), "watchpost-canary-"));
    const { status, stderr } = await run(["--name", "nobody"], { XDG_STATE_HOME: folder });
    await rm(folder, { recursive: true });
    assert.equal(status, 1);
    assert.equal(stderr, "canary: there is no demo nobody: expected 'npm run demo' before\n");
  });
});
