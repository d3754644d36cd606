import assert from "node:assert/strict";
import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { type CollectorHost, skip } from "./collector-host.ts";
import { container, errors, followed, ids, mail, putLog, shop, start, states } from "./small-host.ts";

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
      errors(["shop podman", "root zpool"], ["zpool"]),
    );
  });

  test("a log stays known while its user cannot be asked, and goes with its file", async (t) => {
    const host = await start(t);
    const path = await putLog(host, shop.uid, ids.shop);
    await host.collect();
    const seen = await followed(host, shop.uid);
    assert.deepEqual(
      seen.map(([, , , path]) => path),
      [path],
    );
    await host.answer("podman", shop.uid, "exit 125");
    for (const _ of ["fails", "fails again"]) {
      await host.collect();
      assert.deepEqual(await followed(host, shop.uid), seen);
      assert.match(await host.read("names"), /^unit\tshop\tweb\.service\tweb$/m);
      assert.deepEqual(await host.metrics(/^podman_container_state\{user="shop"/), []);
    }
    await host.print("podman", shop.uid, container(ids.shop, "web", "web.service"));
    await rm(path);
    await host.collect();
    assert.deepEqual(await followed(host, shop.uid), []);
    assert.equal(await host.read("ctr-log-users"), "");
  });

  test("a host without perl's modules says so where there is a log to read", async (t) => {
    const host = await start(t);
    await host.install("perl");
    for (const { uid } of [shop, mail]) await host.answer("perl", uid, "exit 2");
    await host.answer("perl", 0, "exit 2");
    await putLog(host, shop.uid, ids.shop);
    await host.collect();
    const failed = await host.metrics(/^watchpost_collector_errors.* 1$/);
    assert.deepEqual(failed, ['watchpost_collector_errors{user="shop",tool="perl"} 1']);
  });

  test("whose container a cgroup is stays known while a user's manager is away", async (t) => {
    const host = await start(t);
    await host.collect();
    host.stopManager(shop.uid);
    await host.collect();
    assert.match(await host.read("names"), /^unit\tshop\tweb\.service\tweb$/m);
    assert.deepEqual(await host.metrics(/^podman_container_state\{user="shop"/), []);
  });

  test("files are replaced in one step, those of Alloy's only by others", async (t) => {
    const host = await start(t);
    await host.collect();
    const inodes = () =>
      Promise.all(["metrics/watchpost.prom", "names.alloy", "ctr-log-users"].map((path) => inode(host, path)));
    const [metrics, names, logs] = await inodes();
    await host.collect();
    const [otherMetrics, ...same] = await inodes();
    assert.notEqual(otherMetrics, metrics);
    assert.deepEqual(same, [names, logs]);
    await putLog(host, shop.uid, ids.shop);
    await host.collect();
    assert.notEqual(await inode(host, "ctr-log-users"), logs);
    assert.equal(await inode(host, "names.alloy"), names);
  });

  for (const program of ["join", "containers", "looks", "names", "known"])
    test(`nothing is replaced when ${program}.awk breaks in the middle`, async (t) => {
      const host = await start(t);
      await host.collect();
      const paths = ["metrics/watchpost.prom", "names.alloy", "ctr-log-users", "rows"];
      const before = await Promise.all(paths.map((path) => host.read(path)));
      await putLog(host, shop.uid, ids.shop);
      await writeFile(join(host.folder, `programs/${program}.awk`), '{ print "half"; exit 1 }');
      assert.notEqual((await host.collect()).status, 0);
      assert.deepEqual(await Promise.all(paths.map((path) => host.read(path))), before);
    });
});
