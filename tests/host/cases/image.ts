import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { imageIdOf } from "../../../providers/archive.ts";
import { doneBy } from "../expect.ts";
import { relabelled } from "../images.ts";
import type { Rig } from "../rig.ts";

/** Another image of Prometheus. */
export const image = (rig: Rig): void => {
  test("replaces that container, keeps its data and takes the old image away", async () => {
    const { name, guest } = rig;
    const { archive: old } = rig.config().prometheus as { archive: string };
    const archive = await relabelled(old, "another", join(rig.folder, "prometheus.tar"));
    const sample = (await guest.metric(`up{job="prometheus"} == 1`)).value[0];
    const before = await guest.starts();

    await rig.change({ prometheus: { archive } });
    const done = await doneBy((listener) => rig.stack.up(listener));

    assert.deepEqual(done, {
      [`${name}-prometheus-image`]: "replace",
      [`${name}-prometheus`]: "update",
      [`${name}-canary-proof`]: "replace",
    });
    assert.deepEqual(await guest.startedSince(before), ["watchpost-prometheus"]);
    assert.deepEqual((await guest.metrics(`up{job="prometheus"}`, sample)).length, 1, "the sample is still there");
    const images = (await guest.pod("podman images --quiet --no-trunc")).replaceAll("sha256:", "");
    assert.ok(images.includes(await imageIdOf(archive)));
    assert.ok(!images.includes(await imageIdOf(old)), "the old image is gone");
  });
};
