import assert from "node:assert/strict";
import { test } from "node:test";
import { difference, listing } from "../listing.ts";
import type { Rig } from "../rig.ts";

/** What goes, what stays, and that it can all begin anew. */
export const destroy = (rig: Rig, fresh: () => string[]): void => {
  let sample = 0;

  test("keeps the data and the service user", async () => {
    sample = (await rig.guest.metric('up{job="prometheus"} == 1')).value[0];
    await rig.guest.sh("systemd-cat -t kept echo this line is kept");
    await rig.guest.sh("journalctl --sync");
    await rig.stack.destroy();

    assert.equal((await rig.guest.pod("podman volume ls --quiet")).split("\n").length, 3);
    assert.equal(await rig.guest.sh("podman volume ls --quiet"), "watchpost-alloy-data");
    assert.equal(await rig.guest.pod("podman ps --all --quiet; podman images --quiet; podman secret ls --quiet"), "");
    assert.equal(await rig.guest.sh("podman ps --all --quiet; podman images --quiet"), "");
  });

  test("a deployment after it works, and the old data is there", async () => {
    const { changes } = await rig.stack.up();
    assert.deepEqual(Object.keys(changes), ["create"]);
    assert.equal((await rig.guest.metrics('up{job="prometheus"}', sample)).length, 1);
    assert.deepEqual(await rig.guest.lines('{identifier="kept"}').catch(() => []), []);
    assert.deepEqual(await rig.guest.lines('{host=~".+"} | identifier="kept"'), ["this line is kept"]);
  });

  test("to delete the data is a change that restarts nothing", async () => {
    const starts = await rig.guest.starts();
    await rig.change({ deleteData: true });
    const { changes } = await rig.stack.up();
    assert.ok(changes.update);
    assert.deepEqual(await rig.guest.startedSince(starts), []);
  });

  test("with deleteData leaves the host as it was before the first deployment", async () => {
    await rig.stack.destroy();
    assert.deepEqual(difference(fresh(), await listing(rig.guest)), []);
  });
};
