import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rig } from "../rig.ts";

const onlySame = ({ same, ...others }: Record<string, number | undefined>) => {
  assert.deepEqual(others, {});
  assert.ok(same);
};

export const up = (rig: Rig) => {
  test("brings the stack up and ends with its proof", async () => {
    const { changes } = await rig.stack.up();
    assert.deepEqual(Object.keys(changes), ["create"]);
  });
  test("a second up changes nothing", async () => onlySame((await rig.stack.up()).changes));
  test("a preview after it shows nothing", async () =>
    onlySame((await rig.stack.preview({ expectNoChanges: true })).changes));
  test("up --refresh changes nothing", async () => onlySame((await rig.stack.up({ refresh: true })).changes));
};
