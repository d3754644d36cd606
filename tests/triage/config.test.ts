import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { mistakes } from "../config/mistakes.ts";
import { badTriage } from "./bad-config.ts";

describe("a triage that is wrong is refused with its path, what was expected and what was got", () => {
  for (const [what, values, path, expected, got] of badTriage)
    test(what, () => {
      const found = mistakes(values);
      assert.deepEqual(Object.keys(found), [path]);
      assert.match(found[path] ?? "", expected);
      assert.ok(found[path]?.includes(got), found[path]);
    });

  test("a key that is wrong is not shown", () => {
    const found = mistakes({ triage: { apiKey: ["swordfish"] } });
    assert.deepEqual(Object.keys(found), ["triage.apiKey"]);
    assert.doesNotMatch(JSON.stringify(found), /swordfish/);
  });
});
