import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../../throwaway/until.ts";
import type { Rig } from "../../rig.ts";
import { makeCgroups, removeCgroups } from "../../tenants/cgroups.ts";

/** However many control groups a user makes, measuring all of them costs as much as a list of some. */
export const cgroupsOfUsers = (rig: Rig): void => {
  const file = "/var/lib/watchpost-collector/metrics/cgroups.prom";
  const unit = "/sys/fs/cgroup/system.slice/watchpost-cgroups.service";
  const cpuSeconds = async () => Number(await rig.guest.sh(`sed -n 's/^usage_usec //p' ${unit}/cpu.stat`)) / 1e6;
  /** Waits for the next measurement. */
  const measured = (once: string) =>
    rig.guest.sh(`timeout 30 sh -c 'until [ ${file} -nt ${once} ]; do sleep 0.1; done'`);

  test("50,000 control groups: shop is measured, and the excess is counted", { timeout: 240_000 }, async () => {
    try {
      assert.equal(await makeCgroups(rig.guest, 50_000, 60), 51_000);
      await rig.guest.sh("touch /run/begun");
      await measured("/run/begun");
      const before = await cpuSeconds();
      for (let round = 0; round < 4; round++) {
        await rig.guest.sh("touch /run/begun");
        await measured("/run/begun");
      }
      const cpu = ((await cpuSeconds()) - before) / 4;
      const walk = await rig.guest.sh(
        "TIMEFORMAT='%U %S'; { time find /sys/fs/cgroup/user.slice -type d >/dev/null; } 2>&1",
      );
      const [user = 0, system = 0] = walk.split(" ").map(Number);
      assert.ok(cpu < user + system, `a measurement took ${cpu} s of CPU, a walk through all of them ${walk}`);
      const excess = await until("the excess is in Prometheus", 60_000, async () => {
        const [sample] = await rig.guest.metrics('watchpost_cgroups_excess{user="mallory"}');
        return sample && Number(sample.value[1]);
      });
      assert.ok(excess > 3000 && excess < 5000, `${excess}`);
      assert.match(await rig.guest.sh(`cat ${file}`), /^container_processes\{user="shop",unit="shop-web.service"/m);
    } finally {
      await removeCgroups(rig.guest);
    }
  });
};
