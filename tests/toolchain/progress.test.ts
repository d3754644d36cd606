import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { run } from "../../toolchain/command.ts";
import { isReported, step } from "../../toolchain/progress.ts";
import { reasonOf } from "../../toolchain/reason.ts";

const printed = (t: TestContext) => {
  const write = t.mock.method(process.stderr, "write", () => true);
  return () => write.mock.calls.map((call) => String(call.arguments[0])).join("");
};

const failing = () => run("sh", ["-c", 'echo progress; echo "E: no such place" >&2; echo "E: giving up" >&2; exit 7']);

test("a step that fails prints the command, how it ended and its last lines, once, whatever it is part of", async (t) => {
  const said = printed(t);
  let thrown: unknown;
  await step("outer", () => step("inner", failing)).catch((error) => {
    thrown = error;
  });
  assert.equal(isReported(thrown), true);
  const text = said().replaceAll(/after \d+\.\d s/g, "after a while");
  assert.equal(
    text,
    [
      "outer ...",
      "inner ...",
      "inner: failed after a while",
      '    `sh -c echo progress; echo "E: no such place" >&2; echo "E: giving up" >&2; exit 7` exited 7:',
      "    E: no such place",
      "    E: giving up",
      "outer: failed after a while",
      "",
    ].join("\n"),
  );
});

test("the reason in one line is the first error that a command told, else its last line", async () => {
  const of = (script: string) => run("sh", ["-c", script]).catch(reasonOf);
  assert.match(`${await failing().catch(reasonOf)}`, /` exited 7: E: no such place$/);
  assert.match(
    await of("echo E: x >&2; echo tar: f: No space left on device >&2; exit 1"),
    /: No space left on device$/,
  );
  assert.match(await of(`: ${"x".repeat(200)}; exit 3`), /^`sh -c : x{92}\.\.\.` exited 3$/);
  assert.match(await of("printf 'one\\ntwo\\n'; exit 1"), /` exited 1: two$/);
  assert.match(await of("exit 3"), /` exited 3$/);
  assert.equal(reasonOf(new Error("first\nsecond")), "first");
});
