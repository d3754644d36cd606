import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { onlySame } from "./expect.ts";
import { allUp } from "./guest.ts";
import { difference, listing } from "./listing.ts";
import { skip, useRig } from "./rig.ts";

describe("a deployment with pod.user root", { skip, concurrency: false }, () => {
  const rig = useRig({ name: "rootful", values: { pod: { user: "root" } } });
  let fresh: string[];
  before(async () => {
    fresh = await listing(rig.guest);
  });

  test("brings the stack up and proves it", async () => {
    await rig.stack.up();
    assert.deepEqual(await rig.guest.ownTargets(), allUp);
  });

  test("all containers are root's, and there is no service user", async () => {
    const names = await rig.guest.sh("podman ps --format '{{.Names}}' | sort");
    for (const name of ["alloy", "grafana", "loki", "prometheus"])
      assert.match(names, new RegExp(`^watchpost-${name}$`, "m"));
    await assert.rejects(rig.guest.sh("getent passwd watchpost"));
  });

  test("a second up --refresh changes nothing", async () => onlySame(await rig.stack.up({ refresh: true })));

  test("destroy leaves the host as it was", async () => {
    await rig.stack.destroy();
    assert.deepEqual(difference(fresh, await listing(rig.guest)), []);
  });
});
