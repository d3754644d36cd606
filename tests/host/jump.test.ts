import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { removeHost, startHost, type ThrowawayHost } from "../../throwaway/host.ts";
import { makeKey } from "../keys.ts";
import { failure, onlySame } from "./expect.ts";
import { allUp, Guest } from "./guest.ts";
import { difference, listing } from "./listing.ts";
import { ends, plug } from "./outside/link.ts";
import { WatchHost } from "./outside/watch-host.ts";
import { skip, useRig } from "./rig.ts";

// one deployment serves all, so their order counts
describe("a host that only a jump host reaches, and whose sshd allows two sessions", {
  skip,
  concurrency: false,
}, () => {
  const rig = useRig({ name: "jump" });
  const bastionName = `${rig.name}-b`;
  let bastion: ThrowawayHost;
  let fresh: string[];

  /** The stack's host through the jump host, whose address is one that this machine has no way to. */
  const through = async (hostKey: string) => {
    const jump = { address: bastion.address, hostKey, user: "nosudo" };
    await rig.change({
      hosts: { [rig.name]: { address: ends.server, hostKey: rig.host.hostKey, user: "root", jump } },
    });
    const secrets = { ...rig.secrets, [`hosts.${rig.name}.jump.privateKey`]: bastion.privateKey };
    rig.stack = await rig.open({ secrets });
  };
  const logins = (guest: Guest) => guest.sh("journalctl -q -o cat -g '^Accepted publickey' | wc -l").then(Number);

  before(
    async () => {
      await removeHost(bastionName);
      bastion = await startHost(bastionName);
      await plug(rig, new WatchHost(bastion));
      await rig.guest.sh("echo MaxSessions 2 >/etc/ssh/sshd_config.d/00-sessions.conf && systemctl reload ssh");
      fresh = await listing(rig.guest);
    },
    { timeout: 120_000 },
  );
  after(() => removeHost(bastionName));

  test("is not gone to through a jump host with another key", async () => {
    await through(makeKey().publicKey);
    const said = await failure(rig.stack.up());
    assert.match(said, /jump host of \S+ \(nosudo@\S+:22\): the host key is SHA256:.*set hosts\.\S+\.jump\.hostKey/);
  });

  test("is deployed to, and proves itself", { timeout: 300_000 }, async () => {
    await through(bastion.hostKey);
    const { changes } = await rig.stack.up();
    assert.ok(changes.create && !changes.replace && !changes.delete);
    assert.deepEqual(await rig.guest.ownTargets(), allUp);
  });

  test("has no private key in the state", async () => {
    const folder = join(rig.folder, "state");
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
    const state = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), "utf8")));
    assert.match(state.join(), /host:jump/);
    for (const key of [rig.host.privateKey, bastion.privateKey])
      assert.ok(!state.join().includes(key.split("\n")[2] ?? ""), "a line of a private key");
  });

  test("a second up --refresh changes nothing, through one login at each", async () => {
    const guests = [rig.guest, new Guest(bastion)];
    const before = await Promise.all(guests.map(logins));
    onlySame(await rig.stack.up({ refresh: true }));
    // those that count them log in too, at both
    assert.deepEqual(
      await Promise.all(guests.map(logins)),
      before.map((count) => count + 1),
    );
  });

  test("destroy leaves it as it was", { timeout: 200_000 }, async () => {
    await rig.stack.destroy();
    assert.deepEqual(difference(fresh, await listing(rig.guest)), []);
  });
});
