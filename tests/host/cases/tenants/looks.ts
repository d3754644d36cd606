import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../../throwaway/until.ts";
import type { Rig } from "../../rig.ts";
import { startHonest, startLying } from "../../tenants/lying-podman.ts";

/** Whatever a user's podman and manager answer, the other users' metrics are there and new. */
export const looks = (rig: Rig): void => {
  const value = async (query: string) => Number((await rig.guest.metrics(query))[0]?.value[1] ?? Number.NaN);
  /** Runs of the collector from now on: each is done, and shop is seen as before. */
  const others = async (seconds: number) => {
    const started = performance.now();
    await rig.guest.sh("systemctl start watchpost-collector.service; systemctl start watchpost-collector.service");
    assert.ok((performance.now() - started) / 1000 < seconds);
    const metrics = await rig.guest.sh("cat /var/lib/watchpost-collector/metrics/watchpost.prom");
    assert.match(metrics, /^podman_container_state\{user="shop",container="shop-web",unit="shop-web.service"\} 2$/m);
    assert.match(metrics, /^watchpost_collector_errors\{user="shop",tool="podman"\} 0$/m);
    return metrics;
  };

  test("5,000 containers that he made up: his budget of them, and the rest is counted", {
    timeout: 180_000,
  }, async () => {
    await startLying(rig.guest, "many");
    const metrics = await others(80);
    assert.equal(metrics.match(/^podman_container_info\{user="mallory"/gm)?.length, 250);
    assert.match(metrics, /^watchpost_collector_excess\{user="mallory",what="containers"\} 4750$/m);
    await until(
      "the excess is in Prometheus",
      60_000,
      async () => (await value('watchpost_collector_excess{user="mallory",what="containers"}')) === 4750 || undefined,
    );
  });

  test("an answer without an end, and none at all, are errors of his", { timeout: 240_000 }, async () => {
    for (const mode of ["endless", "silent"] as const) {
      await startLying(rig.guest, mode);
      const metrics = await others(80);
      assert.match(metrics, /^watchpost_collector_errors\{user="mallory",tool="podman"\} 1$/m);
    }
  });

  test("his podman, while it is asked, has nothing of Watchpost's to write to", { timeout: 120_000 }, async () => {
    const open = await until("a look at mallory hangs", 60_000, async () => {
      const script = `pid=$(pgrep -u mallory -f 'podman ps --all' | tail -n 1) && [ -n "$pid" ] && ls -l /proc/$pid/fd | sed -n 's/.* \\([0-9]*\\) -> /\\1 /p'`;
      return (await rig.guest.sh(`${script} || true`)) || undefined;
    });
    const files = open
      .split("\n")
      .filter((line) => !/ (socket|anon_inode|pipe):| \/(home|run\/user|dev\/shm|proc)\//.test(line));
    assert.deepEqual(
      files.filter((line) => !/^\d+ \/dev\/null$/.test(line)),
      [],
    );
    await startHonest(rig.guest);
  });

  test("a control group that he froze hangs nothing of root's", { timeout: 180_000 }, async () => {
    const freeze = (on: number) =>
      rig.guest.sh(
        `echo ${on} >/sys/fs/cgroup/user.slice/user-$(id -u).slice/user@$(id -u).service/init.scope/cgroup.freeze`,
        { user: "mallory" },
      );
    await freeze(1);
    try {
      await others(80);
      assert.equal(
        await rig.guest.sh("ps -eo uid=,stat=,args= | awk '$1 == 0 && $2 ~ /^[DT]/' | grep -v '\\\\]$' || true"),
        "",
      );
    } finally {
      // from inside nothing of his runs any more
      await rig.guest.sh(
        "echo 0 >/sys/fs/cgroup/user.slice/user-$(id -u mallory).slice/user@$(id -u mallory).service/init.scope/cgroup.freeze",
      );
    }
  });
};
