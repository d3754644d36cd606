import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { skip } from "./collector-host.ts";
import { checkMetrics, promtool } from "./promtool.ts";
import { errors, followed, ids, putLog, shop, start, states } from "./small-host.ts";

const shells = [["dash"], ["bash"], ["busybox", "sh"]];

describe("collect.sh", { skip, concurrency: true }, () => {
  for (const shell of shells) {
    const missing = spawnSync(shell[0] ?? "", ["-c", ":"]).error ? `${shell[0]} is not installed here` : false;
    test(`in ${shell.join(" ")}: all users' containers and units, under their names`, { skip: missing }, async (t) => {
      const host = await start(t);
      const path = await putLog(host, shop.uid, ids.shop);
      const { status, stderr } = await host.collect(shell);
      assert.deepEqual([status, stderr], [0, ""]);
      assert.deepEqual(await host.metrics(/^podman_container_state/), states);
      assert.deepEqual(await host.metrics(/^systemd_user_unit_state/), [
        'systemd_user_unit_state{user="shop",unit="web.service",state="active"} 1',
      ]);
      assert.deepEqual(await host.metrics(/^watchpost_collector_errors/), errors());
      assert.deepEqual(await host.metrics(/^zfs_/), []);
      assert.deepEqual(await followed(host, shop.uid), [[ids.shop.slice(0, 12), "web", "web.service", path]]);
      assert.equal(await host.read("ctr-log-users"), `${shop.uid}\n`);
      const names = await host.read("names.alloy");
      assert.match(names, /"uid-61001"\n\t\t\treplacement {3}= "shop"/);
      assert.match(await host.read("names"), /^unit\tshop\tweb\.service\tweb$/m);
    });
  }

  test("promtool takes all of it", { skip: promtool.skip }, async (t) => {
    const host = await start(t);
    await host.collect();
    await checkMetrics(await host.read("metrics/watchpost.prom"));
  });

  test("zpool without the kernel's module is not even asked", async (t) => {
    const host = await start(t);
    await host.install("zpool");
    await host.answer("zpool", 0, "echo 'The ZFS modules are not loaded.' >&2; exit 1");
    const { stderr } = await host.collect();
    assert.equal(stderr, "");
    assert.deepEqual(await host.metrics(/^watchpost_collector_errors/), errors());
  });

  test("pools: their times are asked for in UTC, and a scrub that another scan has hidden stays known", async (t) => {
    const host = await start(t);
    await host.loadZfs();
    await host.install("zpool");
    const scan = (line: string) => `
      case $1 in list) printf 'my tank\\t10\\t4\\t6\\t5\\tONLINE\\toff\\n' ;; esac
      case $1 in status) printf '  pool: my tank\\n state: ONLINE\\n  scan: %s\\n' "${line}" ;; esac`;
    await host.answer(
      "zpool",
      0,
      scan("scrub repaired 4K in 00:00:05 with 0 errors on $(date -d @1700000000 '+%a %b %e %T %Y')"),
    );
    const ended = ['zfs_pool_scrub_end_timestamp_seconds{pool="my tank"} 1700000000'];
    await host.collect();
    assert.deepEqual(await host.metrics(/^zfs_pool_size/), ['zfs_pool_size_bytes{pool="my tank"} 10']);
    assert.deepEqual(await host.metrics(/^zfs_pool_scrub_end/), ended);
    await host.answer("zpool", 0, scan("resilvered 1G in 00:00:05 with 0 errors on Sat Jan  1 00:00:00 2022"));
    for (const _ of ["hidden", "hidden in the run before, too"]) {
      await host.collect();
      assert.deepEqual(await host.metrics(/^zfs_pool_scrub_end/), ended);
    }
    await host.answer("zpool", 0, scan("none requested"));
    await host.collect();
    assert.deepEqual(await host.metrics(/^zfs_pool_scrub_end/), []);
    assert.deepEqual(await host.metrics(/^watchpost_collector_errors/), errors([], ["zpool"]));
  });
});
