import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { firstUp } from "./first-up.ts";
import { Rig, skip } from "./rig.ts";

// npm run bench -- first-up tries many; with this one the check of a unit sees half of another's files
const seed = 1;

describe("a first up, its files put in place one by one, its units in any order", { skip, concurrency: false }, () => {
  test("is right", { timeout: 400_000 }, async (t) => {
    const rig = new Rig({ name: "first-up" });
    t.after(() => rig.stop());
    await rig.start();
    assert.equal((await firstUp(rig, seed)).wrong, undefined);
  });
});
