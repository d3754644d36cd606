import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { until } from "../../throwaway/until.ts";
import { upApart } from "./apart.ts";
import { onlySame } from "./expect.ts";
import { allUp } from "./guest.ts";
import { difference, listing } from "./listing.ts";
import { descendants, engineBelow, kill } from "./processes.ts";
import { skip, useRig } from "./rig.ts";

/** Moments of a first deployment at which the engine dies, by what is then on the host; in their order. */
const moments = {
  "the service user is made": "grep -q '^linger watchpost$' /var/lib/watchpost/made",
  "an image is on its way": "grep -q '^image watchpost' /var/lib/watchpost/made",
  "a unit is about to start": "ls /etc/containers/systemd/users/*/watchpost-prometheus.container",
};

describe("a deployment by a sudoer that is interrupted", { skip, concurrency: false }, () => {
  const rig = useRig({ name: "interrupted", user: "admin" });
  const orphans: number[] = [];
  let fresh: string[];
  before(async () => {
    // what a login and a first sudo leave by themselves
    await rig.guest.sh("loginctl enable-linger admin && runuser -u admin -- sudo true");
    fresh = await listing(rig.guest);
  });
  after(() => kill(orphans));

  for (const [moment, sign] of Object.entries(moments))
    test(`when ${moment}: the engine is killed`, { timeout: 120_000 }, async () => {
      const { pid, ended } = upApart(rig);
      await until(moment, 60_000, () => rig.guest.sh(sign).catch(() => undefined));
      const engine = await engineBelow(pid);
      const left = (await descendants(engine)).map((process) => process.pid);
      kill([engine]);
      orphans.push(...left);
      assert.notEqual((await ended).status, 0);
    });

  test("of the state nothing is written in place, where a kill would leave half of it", async () => {
    const files = await readdir(join(rig.folder, "state"), { recursive: true });
    assert.ok(files.includes(`.pulumi/stacks/watchpost/${rig.name}.json`), files.join("\n"));
    assert.deepEqual(
      files.filter((file) => file.endsWith(".attrs")),
      [],
    );
  });

  test("the next up continues to a stack that works", async () => {
    await rig.stack.stack.cancel();
    await rig.stack.up();
    assert.deepEqual(await rig.guest.ownTargets(), allUp);
  });

  test("then nothing is left to do", async () => onlySame(await rig.stack.up({ refresh: true })));

  test("destroy leaves the host as it was", async () => {
    await rig.stack.destroy();
    assert.deepEqual(difference(fresh, await listing(rig.guest)), []);
  });
});
