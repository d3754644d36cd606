import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rig } from "../rig.ts";

export const changes = (rig: Rig) => {
  test("of a scrape target reloads Prometheus alone", async () => {
    const before = await rig.guest.starts();
    await rig.configure({ scrape: { far: { targets: ["192.0.2.7:9100"] } } });
    const { changes } = await rig.stack.up();
    console.log(changes, before);
    assert.deepEqual(await rig.guest.starts(), before);
  });
};
