import assert from "node:assert/strict";
import { mkdir, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { skip, type User } from "./collector-host.ts";
import { checkMetrics, promtool } from "./promtool.ts";
import { container, followed, ids, putLog, shop, start, states, unit } from "./small-host.ts";

describe("collect.sh, with names that are code", { skip }, () => {
  test("no name makes a line of its own, or is run", async (t) => {
    const odd: User = { name: 'CORP\\jane "j" $(touch ran)', uid: 61003 };
    const host = await start(t, [odd, shop]);
    const ran = join(host.folder, "ran");
    const evil = [
      container(
        ids.mail,
        `$(touch ${ran})\`touch ${ran}\``,
        "a.service\ncontainers\troot\tx\nctrlog\troot\t/etc/ctr.log",
      ),
      container(ids.root, 'q"} 1', `\npodman_container_state{user="root",container="alloy",unit=""} 5`, "\\"),
      `${container(ids.shop, "forged", "x\nfailed\nlooked\troot\tpodman\t1\nuser\t0\tjane")}`,
    ].join("");
    const bytes = Buffer.concat([Buffer.from(evil), Buffer.from([0xff, 0xfe, 0x01, 0x0d, 0x00, 0x0a])]);
    await host.print("podman", odd.uid, bytes);
    await host.print("systemctl", odd.uid, `${unit(`$(touch ${ran}).service`)}${unit("root\tx.service")}units\troot\n`);
    await putLog(host, odd.uid, ids.root);
    const linked = join(host.storage(odd.uid), "overlay-containers", ids.mail, "userdata");
    await mkdir(linked, { recursive: true });
    await symlink("/etc/shadow", join(linked, "ctr.log"));
    await putLog(host, odd.uid, "x\nctrlog\troot\t");
    await host.loadZfs();
    await host.install("zpool");
    await host.answer(
      "zpool",
      0,
      `case $1 in list) printf 'a"} 1\\\\ $(touch ${ran})\\t1\\t0\\t1\\t0\\tONLINE\\toff\\n' ;; esac`,
    );

    const { status, stderr } = await host.collect();
    assert.deepEqual([status, stderr], [0, ""]);
    await assert.rejects(stat(ran), { code: "ENOENT" });
    assert.deepEqual(await host.metrics(/^podman_container_state\{user="root"/), [states[1]]);
    const user = 'user="CORP\\\\jane \\"j\\" $(touch ran)"';
    for (const line of await host.metrics(/^(podman_container|systemd_user)_/))
      assert.ok(
        [user, 'user="root"', 'user="shop"'].some((label) => line.includes(`{${label},`)),
        line,
      );
    assert.deepEqual(await host.metrics(/^watchpost_collector_errors.* 1$/), []);
    assert.deepEqual(await host.metrics(/^zfs_pool_size/), [
      `zfs_pool_size_bytes{pool="a\\"} 1\\\\ $(touch ${ran})"} 1`,
    ]);
    assert.deepEqual(
      (await followed(host, odd.uid)).map(([id, name]) => [id, name]),
      [[ids.root.slice(0, 12), 'q"} 1']],
    );
    assert.deepEqual(await host.metrics(/^watchpost_collector_excess/), [
      `watchpost_collector_excess{${user},what="ctr_log_files"} 1`,
    ]);
    if (promtool.skip === false) await checkMetrics(await host.read("metrics/watchpost.prom"));
  });

  test("letters beyond ASCII are kept, and names that differ stay apart", async (t) => {
    const [jürgen, jörgen] = ["jürgen", "jörgen"].map((name, index) => ({ name, uid: 61003 + index }));
    assert.ok(jürgen && jörgen);
    const host = await start(t, [jürgen, jörgen, shop]);
    for (const { uid } of [jürgen, jörgen])
      await host.print("podman", uid, container(ids.mail, "größe", "größe.service"));
    // one in Latin-1, and the half of a letter
    const names = [Buffer.from([0xfc]), Buffer.from([0xc3])];
    const [before = "", after = ""] = container(ids.shop, "@", "@").split("@");
    const rows = names.map((name) => Buffer.concat([Buffer.from(`${before}`), name, Buffer.from(`${after}\n`)]));
    await host.print("podman", shop.uid, Buffer.concat(rows));
    const { status, stderr } = await host.collect();
    assert.deepEqual([status, stderr], [0, ""]);
    const labels = (await host.metrics(/^podman_container_state/)).map((line) =>
      line.replace(/.*\{(.*),unit=.*/, "$1"),
    );
    assert.deepEqual(labels, [
      'user="jörgen",container="größe"',
      'user="jürgen",container="größe"',
      'user="root",container="alloy"',
      String.raw`user="shop",container="\\xc3"`,
      String.raw`user="shop",container="\\xfc"`,
    ]);
    const module = await host.read("names.alloy");
    for (const { name, uid } of [jürgen, jörgen])
      assert.match(module, new RegExp(`regex +=\\s+"uid-${uid}"\\s+replacement += "${name}"`));
    if (promtool.skip === false) await checkMetrics(await host.read("metrics/watchpost.prom"));
  });
});
