import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { makeKey } from "../keys.ts";
import { upApart } from "./apart.ts";
import { difference, listing } from "./listing.ts";
import { skip, useRig } from "./rig.ts";

/** Each makes the host lack something, and tells how that is said. */
const lacks: Record<string, { make: string; says: RegExp }> = {
  "podman older than 5.0": {
    make: "printf '#!/bin/sh\\necho podman version 4.9.3\\n' >/usr/local/sbin/podman && chmod +x /usr/local/sbin/podman",
    says: /podman is 4\.9\.3, expected 5\.0 or newer: upgrade it/,
  },
  "no cgroup v2 (by a stat that says so)": {
    make: `printf '#!/bin/sh\\n[ "$1" = -fc ] && echo tmpfs || exec /usr/bin/stat "$@"\\n' >/usr/local/sbin/stat && chmod +x /usr/local/sbin/stat`,
    says: /cgroup v2 is not mounted at \/sys\/fs\/cgroup: boot with systemd\.unified_cgroup_hierarchy=1/,
  },
  "no range of subordinate ids": {
    make: "cp -a /etc/login.defs /run/ && echo 'SUB_UID_MAX 100001' >>/etc/login.defs",
    says: /no range of 65536 subordinate ids is left below SUB_UID_MAX=100001 \(next free: \d+\): free one in/,
  },
  "a full disk": {
    make: "mount -t tmpfs -o size=64m tmpfs /home",
    says: /\/home has \d+ MiB left, expected 3072 MiB or more: free space on its disk/,
  },
  "a port that is taken": {
    make: "systemd-run --quiet --unit=taker python3 -m http.server --bind 127.0.0.1 3100 && until ss -Hltn 'sport = :3100' | grep -q .; do sleep 0.1; done",
    says: /port 3100 is taken by python3 \(process \d+\): stop it, or set another port in the config/,
  },
};

const undo =
  "rm /usr/local/sbin/podman /usr/local/sbin/stat; mv /run/login.defs /etc/; umount /home; systemctl stop taker";

const values = { services: { shop: { user: "shopp", containers: ["web"] } } };

describe("preflight", { skip, concurrency: false }, () => {
  const rig = useRig({ name: "preflight", values });
  let attempts = 0;
  let fresh: string[];
  before(async () => {
    await rig.guest.sh("loginctl enable-linger nosudo"); // so that a login of that user changes nothing
    fresh = await listing(rig.guest);
  });

  /** What the engine says of a first deployment by a host's config that differs so. */
  const attempt = async (host: object = {}, privateKey = rig.host.privateKey): Promise<string> => {
    const name = `${rig.name}-${attempts++}`;
    const { [rig.name]: base } = rig.config().hosts as Record<string, object>;
    const config = rig.config({ hosts: { [rig.name]: { ...base, ...host } } });
    const secrets = { [`hosts.${rig.name}.privateKey`]: privateKey };
    const { said, status } = await upApart(rig, { options: { name, config, secrets } }).ended;
    assert.notEqual(status, 0, "the deployment was to fail");
    return said;
  };

  test("a host that does not answer", async () => {
    assert.match(
      await attempt({ port: 2 }),
      /cannot be reached \(.*ECONNREFUSED.*\): check that it is up, that sshd listens on port 2, and hosts\.[\w-]+\.address/,
    );
  });

  test("a wrong ssh key", async () => {
    assert.match(
      await attempt({}, makeKey().privateKey),
      /the ssh key was refused for user root: add its public half to ~root\/\.ssh\/authorized_keys/,
    );
  });

  test("a changed host key", async () => {
    assert.match(
      await attempt({ hostKey: makeKey().publicKey }),
      /the host key is SHA256:\S+, expected the pinned SHA256:\S+: if the host was reinstalled, set hosts\.[\w-]+\.hostKey/,
    );
  });

  test("a user without sudo", async () => {
    assert.match(
      await attempt({ user: "nosudo" }),
      /user nosudo may not become root \(.*\): expected passwordless sudo; add the line 'nosudo ALL=\(ALL\) NOPASSWD: ALL'/,
    );
  });

  test("no podman", async () => {
    await rig.guest.sh("mv /usr/bin/podman /usr/bin/podman.away");
    try {
      assert.match(await attempt(), /podman is not installed: apt-get install podman \(5\.0 or newer/);
    } finally {
      await rig.guest.sh("mv /usr/bin/podman.away /usr/bin/podman");
    }
  });

  describe("all at once", () => {
    let said = "";
    before(async () => {
      for (const { make } of Object.values(lacks)) await rig.guest.sh(make);
      said = await attempt();
      await rig.guest.sh(undo);
    });
    for (const [what, { says }] of Object.entries(lacks)) test(what, () => assert.match(said, says));
    test("a service of a user who is not there", () =>
      assert.match(
        said,
        /services\.shop\.user: there is no user shopp on the host, expected one of root, .*: create it first/,
      ));
  });

  test("nothing on the host was changed", async () => {
    assert.deepEqual(difference(fresh, await listing(rig.guest)), []);
  });
});
