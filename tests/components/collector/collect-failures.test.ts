import assert from "node:assert/strict";
import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { type CollectorHost, skip } from "./collector-host.ts";
import { errors, ids, mail, putLog, shop, start, states, targets } from "./small-host.ts";

const inode = async (host: CollectorHost, path: string) => (await stat(join(host.folder, "state", path))).ino;

describe("collect.sh, when something fails", { skip, concurrency: true }, () => {
  test("what fails for a user, or hangs, is counted as an error and costs nobody else's metrics", async (t) => {
    const host = await start(t);
    await host.loadZfs();
    await host.install("zpool");
    const tank = "tank\\t10\\t4\\t6\\t5\\tONLINE\\toff\\n";
    // deaf to all that can be ignored, as on a pool whose disks are gone
    await host.answer("zpool", 0, `[ "$1" = status ] || { printf '${tank}'; exit; }; trap '' TERM; sleep 300`);
    await host.answer("podman", shop.uid, `echo half; exit 125`);
    // a child that keeps the output open
    await host.answer("systemctl", mail.uid, "sleep 30 &");
    const { status, seconds } = await host.collect();
    assert.equal(status, 0);
    assert.ok(seconds < 60, `${seconds} s`);
    assert.deepEqual(await host.metrics(/^podman_container_state/), states.slice(0, 2));
    assert.deepEqual(await host.metrics(/^zfs_pool_size/), ['zfs_pool_size_bytes{pool="tank"} 10']);
    assert.deepEqual(await host.metrics(/^systemd_user_unit_state\{user="shop"/), [
      'systemd_user_unit_state{user="shop",unit="web.service",state="active"} 1',
    ]);
    assert.deepEqual(
      await host.metrics(/^watchpost_collector_errors/),
      errors(["shop podman", "mail systemctl", "root zpool"], ["zpool"]),
    );
  });

  test("a log stays a target while its user cannot be asked, and goes with its file", async (t) => {
    const host = await start(t);
    const path = await putLog(host, shop.uid, ids.shop);
    await host.collect();
    const seen = await targets(host);
    assert.deepEqual(
      seen.map(({ __path__ }) => __path__),
      [path],
    );
    await host.answer("podman", shop.uid, "exit 125");
    for (const _ of ["fails", "fails again"]) {
      await host.collect();
      assert.deepEqual(await targets(host), seen);
      assert.match(await host.read("names.alloy"), /"shop;web/);
      assert.deepEqual(await host.metrics(/^podman_container_state\{user="shop"/), []);
    }
    // its manager is being restarted
    await rm(join(host.folder, `run/user/${shop.uid}`), { recursive: true });
    await host.collect();
    assert.deepEqual(await targets(host), seen);
    await rm(path.replace("/host", ""));
    await host.collect();
    assert.deepEqual(await targets(host), []);
  });

  test("files are replaced in one step, those of Alloy's only by others", async (t) => {
    const host = await start(t);
    await host.collect();
    const inodes = () =>
      Promise.all(["metrics/watchpost.prom", "names.alloy", "ctr-logs.json"].map((path) => inode(host, path)));
    const [metrics, names, logs] = await inodes();
    await host.collect();
    const [otherMetrics, ...same] = await inodes();
    assert.notEqual(otherMetrics, metrics);
    assert.deepEqual(same, [names, logs]);
    await putLog(host, shop.uid, ids.shop);
    await host.collect();
    assert.notEqual(await inode(host, "ctr-logs.json"), logs);
    assert.equal(await inode(host, "names.alloy"), names);
  });

  for (const program of ["containers", "looks", "names", "known", "ctr-logs"])
    test(`nothing is replaced when ${program}.awk breaks in the middle`, async (t) => {
      const host = await start(t);
      await host.collect();
      const paths = ["metrics/watchpost.prom", "names.alloy", "ctr-logs.json", "rows"];
      const before = await Promise.all(paths.map((path) => host.read(path)));
      await putLog(host, shop.uid, ids.shop);
      await writeFile(join(host.folder, `programs/${program}.awk`), '{ print "half"; exit 1 }');
      assert.notEqual((await host.collect()).status, 0);
      assert.deepEqual(await Promise.all(paths.map((path) => host.read(path))), before);
    });
});
