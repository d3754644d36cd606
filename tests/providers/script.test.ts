import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { parseFacts, quote, script, type Value } from "../../providers/script.ts";
import { nastyTexts } from "./nasty.ts";

// on standard input, as on a host: no limit of argv
const bash = (input: string): string => {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", 'eval "$(cat)"'], {
    input,
    encoding: "utf8",
    maxBuffer: 1 << 26,
    env: { PATH: process.env.PATH, SHLVL: "1" },
  });
  assert.equal(status, 0, stderr);
  return stdout;
};

const label = (text: string) => JSON.stringify(text.slice(0, 40));

describe("a text given to a script", () => {
  for (const text of nastyTexts)
    test(`arrives as it is: ${label(text)}`, () =>
      assert.equal(bash(`value=${quote(text)}; printf %s "$value"`), text));

  test("is refused with a NUL byte, which no shell variable holds", () => {
    assert.throws(() => quote("a\0b"), RangeError);
    assert.throws(() => script("file-sync", { content: "a\0b" }), /NUL byte/);
    assert.throws(() => script("unit-sync", { contents: ["ok", "a\0b"] }), /NUL byte/);
  });
});

describe("the variables of a script", () => {
  // a kind without a script of its own leaves just the variables
  const shown = (name: string, value: Value, show: string) => bash(`${script("test", { [name]: value })}\n${show}`);

  test("arrays keep every element, and the empty ones", () => {
    assert.equal(
      shown("list", nastyTexts, `printf '%s\\0' "\${list[@]}"`),
      nastyTexts.map((text) => `${text}\0`).join(""),
    );
    assert.equal(shown("list", [], `printf %s "\${#list[@]}"`), "0");
  });

  const plain: [Value, string][] = [
    [true, "1"],
    [false, ""],
    [undefined, ""],
    [0, "0"],
    [65536, "65536"],
    ["", ""],
  ];
  for (const [value, expected] of plain)
    test(`${JSON.stringify(value)} is ${JSON.stringify(expected)}, and set`, () => {
      // scripts run under set -u
      assert.equal(shown("value", value, `printf %s "$value"`), expected);
    });
});

describe("facts", () => {
  test("come back from bash as they were", () => {
    const texts = nastyTexts.filter((text) => text.length < 1000);
    const stdout = bash(`${script("test", { list: texts })}\nfact word "\${list[@]}"`);
    assert.deepEqual(parseFacts(stdout), [{ word: "word", values: texts }]);
  });

  test("are told apart by line, and there may be none", () => {
    assert.deepEqual(parseFacts(bash(`${script("test", {})}\nfact a 1\nfact b\nfact a 2 3`)), [
      { word: "a", values: ["1"] },
      { word: "b", values: [] },
      { word: "a", values: ["2", "3"] },
    ]);
    assert.deepEqual(parseFacts(""), []);
  });
});
