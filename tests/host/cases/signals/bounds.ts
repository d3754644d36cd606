import assert from "node:assert/strict";
import { before, test } from "node:test";
import { until } from "../../../../throwaway/until.ts";
import { fleetSeen, startFleet } from "../../neighbours/fleet.ts";
import type { Rig } from "../../rig.ts";

const fleet = { name: "bound", users: 3, containers: 3 };

/**
 * What one container and one user cost, at most. Measured with 20 users x 5 containers (`npm run bench -- series`):
 * - streams of a container: 4, one for each of the three levels that it writes and one for what systemd and podman say of
 *   it; a fifth where that has two levels. Of a user: 8, one for each kind of unit and for podman's own.
 * - series of a container: 14, and 6 more that it has with a CPU quota, where the host has the memory and io controllers,
 *   and once it has ended. Of a user: 12, 5 of these 6 for its D-Bus, and 2 x 7 of the system's manager on its own two units.
 */
const most = { streams: { container: 5, user: 12 }, series: { container: 20, user: 35 } };

type Labels = Record<string, string>;

const largest = (keys: string[]): number => {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return Math.max(0, ...counts.values());
};

const isApp = ({ unit = "" }: Labels): boolean => unit.startsWith("app-");

/** What users and their containers cost the stores has a bound, whatever they write and however often they restart. */
export const bounds = (rig: Rig): void => {
  const users = `user=~"${fleet.name}-[0-9]+"`;
  const names = Array.from({ length: fleet.users }, (_, index) => `${fleet.name}-${index + 1}`);
  const highest = async (count: string) => Number((await rig.guest.metric(`max(${count})`)).value[1]);
  const streams = () =>
    rig.guest.api<Labels[]>(3100, "/loki/api/v1/series", { "match[]": `{${users},source="journal"}`, since: "1h" });

  before(
    async () => {
      await startFleet(rig.guest, fleet);
      await fleetSeen(rig.guest, fleet, 120_000);
      // what is said at a start, under the user's name, and twice
      for (const user of names)
        for (let turn = 0; turn < 2; turn++)
          await rig.guest.sh("systemctl --user restart 'app-*.service' && systemctl --user daemon-reload", { user });
      await until("Loki has what was said at the restarts", 30_000, async () => {
        const found = await streams();
        const ofApps = found.filter((labels) => isApp(labels) && labels.container === undefined);
        const managers = new Set(found.filter(({ unit }) => unit === "init.scope").map(({ user }) => user));
        return ofApps.length >= fleet.users * fleet.containers && managers.size === fleet.users ? true : undefined;
      });
    },
    { timeout: 240_000 },
  );

  test("streams in Loki", async () => {
    const found = await streams();
    const ofContainer = largest(found.filter(isApp).map(({ user, unit }) => `${user} ${unit}`));
    const ofUser = largest(found.filter((labels) => !isApp(labels)).map(({ user = "" }) => user));
    assert.ok(ofContainer >= 3 && ofContainer <= most.streams.container, `${ofContainer} streams of a container`);
    assert.ok(ofUser > 0 && ofUser <= most.streams.user, `${ofUser} streams of a user`);
  });

  test("series in Prometheus", async () => {
    const ofContainer = await highest(`count by (user, unit) ({${users},unit=~"app-.+"})`);
    const named = await highest(`count by (user) ({${users},unit!~"app-.+"})`);
    // user@UID.service and user-runtime-dir@UID.service, as the system's manager has them
    const ofManager = await highest(
      'sum by (uid) (label_replace(count by (name) ({job="node",name=~"user(-runtime-dir)?@.+"}), "uid", "$1", "name", ".+@([0-9]+).+"))',
    );
    assert.ok(ofContainer <= most.series.container, `${ofContainer} series of a container`);
    assert.ok(named + ofManager <= most.series.user, `${named} + ${ofManager} series of a user`);
  });
};
