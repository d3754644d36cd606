import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { run } from "../../toolchain/command.ts";
import { failure } from "./expect.ts";
import type { Guest } from "./guest.ts";
import { listing as all, difference } from "./listing.ts";
import { skip, useRig } from "./rig.ts";

/** What the host lacks, how it comes and goes, and the sentence that says so. */
interface Lack {
  lack: string;
  comes: string;
  goes: string;
  says: RegExp;
}

const fake = (says: string) =>
  `printf '%s\\n' '#!/bin/sh' 'echo ${says}' > /var/tmp/podman && chmod 755 /var/tmp/podman && mount --bind /var/tmp/podman /usr/bin/podman`;

const lacks: Lack[] = [
  {
    lack: "podman",
    comes: "mv /usr/bin/podman /usr/bin/podman.away",
    goes: "mv /usr/bin/podman.away /usr/bin/podman",
    says: /podman is not installed: apt-get install podman/,
  },
  {
    lack: "a podman that is new enough",
    comes: fake("podman version 4.9.3"),
    goes: "umount /usr/bin/podman",
    says: /podman is 4\.9\.3, expected 5\.0 or newer: upgrade it/,
  },
  {
    lack: "a range of subordinate ids",
    comes: "cp /etc/login.defs /run/ && sed -i 's/^SUB_UID_MAX.*/SUB_UID_MAX 100010/' /etc/login.defs",
    goes: "cp /run/login.defs /etc/",
    says: /no range of 65536 subordinate ids is left below SUB_UID_MAX=100010 .*: free one in \/etc\/subuid/,
  },
  {
    lack: "room on its disk",
    comes: "mkdir /home/watchpost && mount -t tmpfs -o size=10m tmpfs /home/watchpost",
    goes: "umount /home/watchpost && rmdir /home/watchpost",
    says: /\/home\/watchpost has \d+ MiB left, expected 3072 MiB or more: free space/,
  },
  {
    lack: "a free port",
    comes:
      "systemd-run --quiet --unit=squatter python3 -m http.server 3100 --bind 127.0.0.1; timeout 10 sh -c 'until ss -Hltn | grep -q :3100; do :; done'",
    goes: "systemctl stop squatter",
    says: /port 3100 is taken by python3 \(process \d+\): stop it, or set another port/,
  },
];

// what any login of these users leaves behind, not what a deployment does
const listing = async (guest: Guest) =>
  (await all(guest)).filter((line) => !/user@100[01]\.service|\.sudo_as_admin_successful/.test(line));

// a sudoer: what root may do without, it has to do through sudo
describe("a host that lacks something, reached as a sudoer", { skip, concurrency: false }, () => {
  const rig = useRig({ name: "lacking", user: "admin" });
  let fresh: string[];
  before(async () => {
    fresh = await listing(rig.guest);
  });

  /** Deploys in vain, sees that the host is as it was, and gives what the engine said. */
  const refusal = async (stack = rig.stack): Promise<string> => {
    const old = await listing(rig.guest);
    const said = await failure(stack.up());
    assert.deepEqual(difference(old, await listing(rig.guest)), []);
    return said;
  };

  for (const { lack, comes, goes, says } of lacks)
    test(`without ${lack} it is told so, and left as it was`, async () => {
      await rig.guest.sh(comes);
      try {
        assert.match(await refusal(), says);
      } finally {
        await rig.guest.sh(goes);
      }
    });

  test("a host that does not answer", async () => {
    await rig.guest.sh("ip link set host0 down");
    try {
      assert.match(await refusal(), /cannot be reached \(.*\): check that it is up, that sshd listens on port 22/);
    } finally {
      await rig.guest.sh("ip link set host0 up");
    }
  });

  test("a key that the host does not know", async () => {
    const file = join(rig.folder, "stranger");
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]);
    const secrets = { [`hosts.${rig.name}.privateKey`]: await readFile(file, "utf8") };
    const stack = await rig.open({ secrets });
    assert.match(await refusal(stack), /the ssh key was refused for user admin: add its public half/);
  });

  test("a host with another key than the pinned one", async () => {
    const hostKey = (await readFile(`${rig.host.privateKeyFile}.pub`, "utf8")).split(" ").slice(0, 2).join(" ");
    const stack = await rig.open({
      config: rig.config({ hosts: { [rig.name]: { address: rig.host.address, hostKey } } }),
    });
    assert.match(
      await refusal(stack),
      /the host key is SHA256:\S+, expected the pinned SHA256:\S+: if the host was reinstalled/,
    );
  });

  test("a user without sudo", async () => {
    const { address, hostKey } = rig.host;
    const stack = await rig.open({
      config: rig.config({ hosts: { [rig.name]: { address, hostKey, user: "nosudo" } } }),
    });
    assert.match(await refusal(stack), /nosudo may not become root .*: expected passwordless sudo; add the line/);
  });

  test("once nothing is lacking the same stack comes up, and goes without a trace", async () => {
    const stack = await rig.open();
    await stack.up();
    const ups = await rig.guest.ownTargets();
    assert.ok(ups.length >= 4 && ups.every((line) => line.endsWith(" 1")), ups.join());
    await stack.destroy();
    assert.deepEqual(difference(fresh, await listing(rig.guest)), []);
  });
});
