import assert from "node:assert/strict";
import { test } from "node:test";
import { difference, listing } from "../../listing.ts";
import type { TwoHosts } from "../../outside/two-hosts.ts";

/** Takes both hosts' share away. */
export const destroy = (two: TwoHosts, fresh: () => string[]): void => {
  test("leaves the watch host as it was", { timeout: 200_000 }, async () => {
    await two.rig.stack.destroy();
    assert.deepEqual(difference(fresh(), await listing(two.watch.guest)), []);
  });
};
