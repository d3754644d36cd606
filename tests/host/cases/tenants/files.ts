import assert from "node:assert/strict";
import { test } from "node:test";
import type { dynamic } from "@pulumi/pulumi";
import { provider } from "../../../../providers/host-file.ts";
import type { Rig } from "../../rig.ts";

/** A file in a user's folder, such as Authentik's blueprint, is written with that user's rights, wherever its path leads. */
export const filesOfUsers = (rig: Rig): void => {
  const folder = "/home/mallory/blueprints";
  const path = `${folder}/grafana.yaml`;
  const lifecycle = () => {
    const { name, address, port, user, hostKey, privateKey } = rig.host;
    const values = { name, address, port: String(port), user, key: hostKey, privateKey };
    const get = (key: string) => new Map(Object.entries(values)).get(key.replace("host:", ""));
    return provider({ get, require: get } as dynamic.Config);
  };

  test("root's files stay root's while the folder's owner swaps links in", { timeout: 180_000 }, async () => {
    await rig.guest.sh("umask 077; echo root >/etc/probe");
    await rig.guest.sh(`mkdir -p ${folder}`, { user: "mallory" });
    const race = `cd ${folder}; while :; do for name in .grafana.yaml.watchpost-* .watchpost.* grafana.yaml; do [ ! -e "$name" ] || ln -sfn ../../../etc/probe "$name"; done; done`;
    await rig.guest.sh(`systemd-run --user --quiet --collect --unit=race bash -c '${race}'`, { user: "mallory" });
    const owner = await rig.guest.sh("echo $(id -u):$(id -g)", { user: "mallory" });
    for (let round = 0; round < 20; round += 1)
      await lifecycle()
        .create({ path, content: `secret of round ${round}\n`, mode: "600", owner })
        .catch((error: Error) => assert.match(error.message, /with the rights of its owner/));
    await rig.guest.sh("systemctl --user stop race", { user: "mallory" });
    assert.equal(await rig.guest.sh("stat -c '%U %a' /etc/probe; cat /etc/probe"), "root 600\nroot");
  });

  test("an owner inside of a user's containers gets the file too", { timeout: 60_000 }, async () => {
    // as id 1000 in a rootless container has it, whose home nobody else may enter
    await rig.guest.sh("chmod 700 ~; mkdir -p ~/blueprints", { user: "shop" });
    const first = Number(await rig.guest.sh("sed -n 's/^shop:\\([0-9]*\\):.*/\\1/p' /etc/subuid"));
    const inputs = {
      path: "/home/shop/blueprints/grafana.yaml",
      content: "one\n",
      mode: "600",
      owner: `${first + 999}:${first + 999}`,
    };
    const { id, outs } = await lifecycle().create(inputs);
    const seen = () =>
      rig.guest.sh("stat -c '%u:%g %a' ~/blueprints/grafana.yaml; podman unshare cat ~/blueprints/grafana.yaml", {
        user: "shop",
      });
    assert.equal(await seen(), `${inputs.owner} 600\none`);
    assert.deepEqual((await lifecycle().read(id, outs)).inputs, inputs);
    await lifecycle().update(id, outs, { ...inputs, content: "two\n" });
    assert.equal(await seen(), `${inputs.owner} 600\ntwo`);
    await lifecycle().delete(id, outs);
    assert.equal(await rig.guest.sh("ls -A ~/blueprints", { user: "shop" }), "");
  });
};
