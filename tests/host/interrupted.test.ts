import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../../throwaway/until.ts";
import { type Apart, upApart } from "./apart.ts";
import { declared, running, valuesOf } from "./declared.ts";
import { onlySame } from "./expect.ts";
import { allUp } from "./guest.ts";
import { difference, listing } from "./listing.ts";
import { engineBelow, kill, type Program, programsBelow, stillTheSame } from "./processes.ts";
import { skip, useRig } from "./rig.ts";

/** Deployments of a change that are cut off at a moment that nobody chose, within so many ms of the first login. */
const rounds = [1, 2];
const within = 4_000;

/** Moments of a first deployment at which the engine dies, by what is then on the host; in their order. */
const moments = {
  "the service user is made": "grep -q '^linger watchpost$' /var/lib/watchpost/made",
  "an image is on its way": "grep -q '^image watchpost' /var/lib/watchpost/made",
  "a unit is about to start": "ls /etc/containers/systemd/users/*/watchpost-prometheus.container",
};

describe("a deployment by a sudoer that is interrupted", { skip, concurrency: false }, () => {
  const rig = useRig({ name: "interrupted", user: "admin" });
  const others: Program[] = [];
  let fresh: string[];
  before(async () => {
    // what a login and a first sudo leave by themselves
    await rig.guest.sh("loginctl enable-linger admin && runuser -u admin -- sudo true");
    fresh = await listing(rig.guest);
  });
  after(async () => kill((await stillTheSame(others)).map(({ pid }) => pid)));

  /** Kills the engine of a deployment. The providers that it leaves end by themselves; other plugins take their time. */
  const cutOff = async ({ pid, ended }: Apart): Promise<void> => {
    const engine = await engineBelow(pid);
    const left = await programsBelow(engine);
    const ours = left.filter(({ program }) => !program.startsWith("pulumi-"));
    others.push(...left.filter((one) => !ours.includes(one)));
    kill([engine]);
    assert.notEqual((await ended).status, 0);
    assert.ok(ours.length >= 2, "a launcher and the node that it has started");
    await until("the providers have ended", 20_000, async () => (await stillTheSame(ours)).length === 0 || undefined);
  };

  for (const [moment, sign] of Object.entries(moments))
    test(`when ${moment}: the engine is killed`, { timeout: 120_000 }, async () => {
      const up = upApart(rig);
      await until(moment, 60_000, () => rig.guest.sh(sign).catch(() => undefined));
      await cutOff(up);
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

  for (const round of rounds)
    test(`what a later up changes is right after the next one, whenever the engine was killed (${round})`, async () => {
      const wanted = declared(round);
      await rig.change(valuesOf(wanted));
      const up = upApart(rig);
      await until("a provider has logged in", 60_000, () =>
        rig.guest.sh("pgrep -x sshd-session").catch(() => undefined),
      );
      const late = randomInt(within);
      console.log(`round ${round}: killed ${late} ms after the login`);
      await pause(late);
      await cutOff(up);
      await rig.stack.stack.cancel();
      await rig.stack.up();
      assert.deepEqual(await running(rig.guest), wanted);
      onlySame(await rig.stack.preview({ refresh: true }));
    });

  test("destroy leaves the host as it was", async () => {
    await rig.stack.destroy();
    assert.deepEqual(difference(fresh, await listing(rig.guest)), []);
  });
});
