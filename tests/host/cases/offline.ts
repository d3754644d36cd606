import assert from "node:assert/strict";
import { test } from "node:test";
import { onlySame } from "../expect.ts";
import type { Rig } from "../rig.ts";

/** A preview needs no host: it runs in a pull request. */
export const offline = (rig: Rig): void => {
  // of the throwaway hosts' network, and nobody's
  const nobody = { address: "10.99.255.254", hostKey: `ssh-ed25519 ${"A".repeat(68)}` };

  test("of a new stack with a host that nobody can reach", async () => {
    const name = `${rig.name}-new`;
    const stack = await rig.open({ name, config: rig.config({ hosts: { [rig.name]: nobody } }) });
    const { changes } = await stack.preview();
    assert.deepEqual(Object.keys(changes), ["create"]);
  });

  test("of a deployed stack whose host does not answer", async () => {
    await rig.guest.sh("ip link set host0 down");
    try {
      onlySame(await rig.stack.preview({ expectNoChanges: true }));
    } finally {
      await rig.guest.sh("ip link set host0 up");
    }
  });
};
