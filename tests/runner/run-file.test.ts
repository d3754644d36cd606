import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import type { Outcome } from "./outcome.ts";

// node:test runs no test files from within a test file, so another process does
const program = `
const [module, root, file, limit] = process.argv.slice(2);
const { runFile } = await import(module);
const { outcomes } = await runFile({ root, file, limit: Number(limit), signal: new AbortController().signal });
console.log(JSON.stringify(outcomes));
`;

const head = 'import assert from "node:assert/strict"; import { before, describe, test } from "node:test";\n';

describe("a test file's outcomes", () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "watchpost-runner-"));
    await writeFile(join(root, "run.mjs"), program);
  });
  after(() => rm(root, { recursive: true }));

  /** Each outcome as `status name: reason`. */
  const outcomes = async (source: string, limit = 60_000): Promise<string[]> => {
    const file = "some.test.mjs";
    await writeFile(join(root, file), `${head}${source}\n`);
    const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
    const module = join(import.meta.dirname, "run-file.ts");
    const args = [join(root, "run.mjs"), module, root, file, `${limit}`];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    const found: Outcome[] = JSON.parse(stdout);
    return found.map(
      ({ status, path, reason }) =>
        `${status} ${path.join(" > ") || "file"}${reason ? `: ${reason.split("\n")[0]}` : ""}`,
    );
  };

  const cases: [string, string, string[]][] = [
    [
      "leaf tests count, suites do not",
      'describe("s", () => { test("a", () => {}); describe("t", () => { test("b", () => {}) }) }); describe("empty", () => {}); test("c", () => {})',
      ["passed s > a", "passed s > t > b", "passed c"],
    ],
    [
      "tests within tests count, not the outer ones",
      'test("a", async (t) => { await t.test("b", () => {}); await t.test("c", () => {}) })',
      ["passed a > b", "passed a > c"],
    ],
    [
      "a failure counts once, with what it says",
      'describe("s", () => { test("a", () => assert.equal(1, 2, "one is not two")) })',
      ["failed s > a: AssertionError [ERR_ASSERTION]: one is not two"],
    ],
    [
      "skips keep their reason, of a whole suite too",
      'test("a", { skip: "no host" }, () => {}); describe("s", { skip: "no disk" }, () => { test("b", () => {}) }); test("c", (t) => t.skip("no net")); test("d", { todo: "later" }, () => {})',
      ["skipped a: no host", "skipped s: no disk", "skipped c: no net", "skipped d: to do: later"],
    ],
    [
      "a hook that fails is a failure of its own",
      'describe("s", () => { before(() => { throw new Error("no host") }); test("a", () => {}) })',
      ["failed s > a: test did not finish before its parent and was cancelled", "failed s: Error: no host"],
    ],
    ["a file that does not load is a failure", 'import "./missing.mjs"', ["failed file: its process exited 1"]],
    ["a file without a test is a failure", "assert.ok(true)", ["failed file: no test of it came to its end"]],
    [
      "an error after the tests is a failure",
      'test("a", () => {}); setTimeout(() => { throw new Error("late") }, 1)',
      ["passed a", "failed file: its process exited 1"],
    ],
  ];
  for (const [what, source, expected] of cases)
    test(what, async () => assert.deepEqual(await outcomes(source), expected));

  test("a process that ends early is a failure, even with 0, whatever it had told by then", async () => {
    const early = [
      'test("a", () => process.exit(0)); test("b", () => {})',
      'test("a", () => {}); test("b", () => new Promise(() => setTimeout(process.exit, 300, 0))); test("c", () => {})',
      'describe("s", () => { test("a", () => process.exit(0)) }); test("b", () => {})',
    ];
    for (const source of early)
      assert.match(
        (await outcomes(source)).at(-1) ?? "",
        /^failed file: (no test of it came to its end|its process ended before: b, c)$/,
      );
  });

  test("a test that hangs is a failure by its name", async () => {
    const found = await outcomes('test("a", () => new Promise(() => {}))', 1000);
    assert.deepEqual(found, ["failed a: test timed out after 1000ms"]);
  });
});
