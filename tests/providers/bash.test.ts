import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { script } from "../../providers/script.ts";
import { closeGroup, rootBash } from "../../providers/ssh/bash.ts";

/** Runs a command line as sshd does: by the login shell, with what comes on standard input. */
const bySshd = (command: string, input: string | Buffer, shell = "/bin/sh", tools = "") => {
  const env = { PATH: `${tools}:${process.env.PATH}`, HOME: "/nonexistent" };
  const { status, stdout, stderr } = spawnSync(shell, ["-c", command], {
    input,
    env,
  });
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
};
const counted = (text: string, seconds = 600) => rootBash("root", { bytes: Buffer.byteLength(text) }, seconds);

describe("a script whose connection is cut", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "watchpost-cut-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const variables = { user: "", path: "/x", content: "größer {\n}\n'x'", mode: "644", owner: "root:root", sum: "" };
  // whatever of it is run leaves a trace, even where it fails
  const traced = () => closeGroup(`: >${folder}/first\n${script("file-sync", variables)}\n: >${folder}/last`);
  const commands = { counted, "until the end": () => rootBash("root", "all", 600) };

  for (const [what, commandOf] of Object.entries(commands))
    test(`${what}: nothing is run of any part of it, and that is no success`, () => {
      const whole = Buffer.from(traced());
      const random = Array.from({ length: 100 }, () => Math.floor(Math.random() * whole.length));
      const ends = [0, 1, 2, ...Array.from({ length: 40 }, (_, index) => whole.length - 1 - index)];
      for (const length of [...random, ...ends]) {
        const { status } = bySshd(commandOf(whole.toString()), whole.subarray(0, length));
        assert.notEqual(status, 0, `${length} of ${whole.length} bytes`);
        assert.deepEqual(readdirSync(folder), [], `${length} of ${whole.length} bytes`);
      }
    });

  test("runs when it is whole", () => {
    const whole = closeGroup(`: >${folder}/first`);
    for (const commandOf of Object.values(commands)) {
      assert.equal(bySshd(commandOf(whole), whole).status, 0);
      assert.deepEqual(readdirSync(folder), ["first"]);
      rmSync(join(folder, "first"));
    }
  });
});

describe("the command line reads alike in", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "watchpost-sudo-"));
    writeFileSync(join(folder, "sudo"), '#!/bin/sh\n[ "$1 $2 $LC_ALL" = "-n -- C" ] && shift 2 && exec "$@"\n', {
      mode: 0o755,
    });
  });
  after(() => rmSync(folder, { recursive: true }));

  const shells = ["sh", "bash", "zsh", "fish", "tcsh", "ksh"];
  for (const shell of shells) {
    const there = spawnSync(shell, ["-c", "true"]).error === undefined;
    test(shell, { skip: !there && `${shell} is not installed here` }, () => {
      const text = closeGroup(`value='a "b"\n!c'; printf '%s|' "$value"; cat`);
      for (const user of ["root", "deploy"]) {
        const command = rootBash(user, { bytes: Buffer.byteLength(text) }, 600);
        const expected = { status: 0, stdout: 'a "b"\n!c|the rest', stderr: "" };
        assert.deepEqual(bySshd(command, `${text}the rest`, shell, folder), expected, user);
      }
    });
  }
});

describe("a job that outlasts its deadline", () => {
  test("is ended, and cleans up before", () => {
    const text = closeGroup("trap 'echo cleaned' EXIT\necho begun\nsleep 60 | cat\necho never");
    const begun = performance.now();
    const { status, stdout } = bySshd(counted(text, 5), text);
    assert.equal(stdout, "begun\ncleaned\n");
    assert.notEqual(status, 0);
    assert.ok(performance.now() - begun < 40_000, "it waited for what the script had started");
  });
});
