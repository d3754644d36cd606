import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { removeHost, startHost, type ThrowawayHost } from "../../throwaway/host.ts";
import { makeKey } from "../keys.ts";
import { type SshAgent, startAgent } from "../sshd/ssh-agent.ts";
import { upApart } from "./apart.ts";
import { onlySame } from "./expect.ts";
import { allUp, Guest } from "./guest.ts";
import { difference, listing } from "./listing.ts";
import { ends, plug } from "./outside/link.ts";
import { WatchHost } from "./outside/watch-host.ts";
import { skip, useRig } from "./rig.ts";

// one deployment serves all, so their order counts
describe("a host that only a jump host reaches, whose sshd allows two sessions, by the last of an agent's eight keys", {
  skip,
  concurrency: false,
}, () => {
  const rig = useRig({ name: "jump" });
  const bastionName = `${rig.name}-b`;
  let bastion: ThrowawayHost;
  let agent: SshAgent;
  let fresh: string[];

  /** A stack that reaches the host through the jump host alone: this machine has no route to that address. */
  const through = (jumpKey: string) => {
    const { hostKey } = rig.host;
    const jump = { address: bastion.address, hostKey: jumpKey, user: "nosudo" };
    return {
      config: rig.config({ hosts: { [rig.name]: { address: ends.server, hostKey, user: "root", jump } } }),
      secrets: { [`hosts.${rig.name}.jump.privateKey`]: bastion.privateKey },
    };
  };
  const logins = (guest: Guest) => guest.sh("journalctl -q -o cat -g '^Accepted publickey' | wc -l").then(Number);

  before(
    async () => {
      await removeHost(bastionName);
      bastion = await startHost(bastionName);
      await plug(rig, new WatchHost(bastion));
      await rig.guest.sh("echo MaxSessions 2 >/etc/ssh/sshd_config.d/00-sessions.conf && systemctl reload ssh");
      agent = await startAgent([...Array.from({ length: 7 }, () => makeKey().privateKey), rig.host.privateKey]);
      process.env.SSH_AUTH_SOCK = agent.socket;
      fresh = await listing(rig.guest);
    },
    { timeout: 120_000 },
  );
  after(async () => {
    await agent?.stop();
    await removeHost(bastionName);
  });

  test("is not deployed to through a jump host with another key", async () => {
    const stack = { name: `${rig.name}-other-key`, ...through(makeKey().publicKey) };
    const { said, status } = await upApart(rig, { options: stack }).ended;
    assert.notEqual(status, 0);
    assert.match(said, /jump host of \S+ \(nosudo@\S+:22\): the host key is SHA256:.*set hosts\.\S+\.jump\.hostKey/);
  });

  test("is deployed to, and proves itself", { timeout: 300_000 }, async () => {
    rig.stack = await rig.open(through(bastion.hostKey));
    const { changes } = await rig.stack.up();
    assert.deepEqual(Object.keys(changes), ["create"]);
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
