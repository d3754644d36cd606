import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rig } from "../rig.ts";
import { openPorts } from "../scan.ts";

/** What the host shows to its network. */
export const ports = (rig: Rig): void => {
  test("of all 65535 TCP ports, ssh alone is open from outside", async () => {
    assert.deepEqual(await openPorts(rig.host.address), [22]);
  });

  test("no UDP port is bound to more than the loopback", async () => {
    const addresses = (await rig.guest.sh("ss -Hlun | awk '{ print $4 }'")).split("\n").filter(Boolean);
    assert.deepEqual(
      addresses.filter((address) => !/^(127\.|\[::1\])/.test(address)),
      [],
    );
  });
};
