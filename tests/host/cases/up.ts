import assert from "node:assert/strict";
import { test } from "node:test";
import { onlySame } from "../expect.ts";
import { allUp } from "../guest.ts";
import type { Rig } from "../rig.ts";

const logins = (rig: Rig) => rig.guest.sh("journalctl -q -o cat -g '^Accepted publickey' | wc -l").then(Number);

/** A first deployment, and that doing it again is nothing. */
export const up = (rig: Rig): void => {
  test("brings the stack up and proves it", async () => {
    const { changes } = await rig.stack.up();
    assert.deepEqual(Object.keys(changes), ["create"]);
    assert.deepEqual(await rig.guest.ownTargets(), allUp);
  });

  test("a second up changes nothing", async () => onlySame(await rig.stack.up()));

  test("a preview after it shows nothing", async () => onlySame(await rig.stack.preview({ expectNoChanges: true })));

  test("up --refresh changes nothing, through one ssh login", async () => {
    const before = await logins(rig);
    onlySame(await rig.stack.up({ refresh: true }));
    assert.equal((await logins(rig)) - before, 1);
  });
};
