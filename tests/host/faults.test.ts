import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { until } from "../../throwaway/until.ts";
import { type Inputs, Struck } from "./faults/struck.ts";
import { skip } from "./rig.ts";

/** What may come between a fault and the next run, as the host sees it. */
const aftermaths = ["nothing", "restarts", "reboot", "clock"] as const;
const faults = ["kill", "term", "cut"] as const;
/** One case for each pair, and each a second time at another command. */
const cases = [0, 1].flatMap((round) =>
  faults.flatMap((fault, row) =>
    aftermaths.map((aftermath, column) => ({ fault, aftermath, share: ((row * 4 + column + round * 12) % 24) / 24 })),
  ),
);

describe("an update of a rootless container that a fault meets", { skip, concurrency: false }, () => {
  const struck = new Struck();
  let declared: Inputs;
  let commands: number;
  before(
    async () => {
      await struck.start();
      declared = await struck.deploy(1);
      ({ commands, declared } = await struck.count(declared));
    },
    { timeout: 300_000 },
  );
  after(() => struck.stop(), { timeout: 120_000 });

  for (const [index, { fault, aftermath, share }] of cases.entries())
    test(`${fault}, then ${aftermath}: the next up is right`, { timeout: 120_000 }, async (t) => {
      const at = 1 + Math.floor(share * commands);
      t.diagnostic(`at command ${at} of ${commands}`);
      const wanted = struck.version(index + 3);
      await struck.update(declared, wanted, { at, fault });
      assert.ok(await struck.met());
      await struck.after(aftermath);
      declared = await struck.update(declared, wanted);
      assert.deepEqual(await struck.seen(), struck.expected(wanted));
      assert.deepEqual(await struck.drift(declared), {});
      assert.equal(await struck.leftovers(), "");
    });

  test("what a power cut left in the middle of a change is put back at boot, before the unit starts", async () => {
    const before = await struck.seen();
    await struck.cutInTheMiddle();
    await struck.after("reboot");
    const runs = async () => (await struck.seen().catch(() => "")) === before || undefined;
    await until("the container runs again, from the files of before", 30_000, runs);
    // nobody knows what another boot would have run
    assert.deepEqual(await struck.drift(declared), { state: "outdated" });
    declared = await struck.update({ ...declared, state: "outdated" }, declared);
    assert.deepEqual(await struck.drift(declared), {});
    assert.equal(await struck.leftovers(), "");
  });

  test("a refresh shows that another revision runs than the declared one, and the next up starts that", async () => {
    const file = "/etc/systemd/user/app.service.d/50-watchpost-revision.conf";
    const ctl = "systemctl --user -M app@";
    // somebody starts it from other files, and puts the files back
    await struck.guest.sh(
      `sed -i.kept 's/REVISION=.*/REVISION=other/' ${file} && ${ctl} daemon-reload && ${ctl} restart app`,
    );
    await struck.guest.sh(`mv ${file}.kept ${file} && ${ctl} daemon-reload`);
    assert.deepEqual(await struck.drift(declared), { state: "outdated" });
    declared = await struck.update({ ...declared, state: "outdated" }, declared);
    assert.deepEqual(await struck.drift(declared), {});
  });

  test("a refresh shows that systemd has not read a file, and the next up has it read", async () => {
    await struck.guest.sh("touch -d '+2 hours' /etc/containers/systemd/users/*/app.container");
    assert.deepEqual(await struck.drift(declared), { state: "outdated" });
    declared = await struck.update({ ...declared, state: "outdated" }, declared);
    assert.deepEqual(await struck.drift(declared), {});
  });
});
