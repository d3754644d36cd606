import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest } from "../../config/nearest.ts";

test("the nearest name is the one that was probably meant, or none", () => {
  const names = ["watchpost", "shop", "zrepl", "authentik"];
  for (const [text, meant] of [
    ["zrpel", "zrepl"],
    ["Shop", "shop"],
    ["authentic", "authentik"],
    ["postgres", undefined],
    ["", undefined],
  ] as const)
    assert.equal(nearest(text, names), meant, text);
  assert.equal(nearest("shop", []), undefined);
});
