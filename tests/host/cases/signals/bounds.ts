import assert from "node:assert/strict";
import { before, test } from "node:test";
import { fleetSeen, startFleet } from "../../neighbours/fleet.ts";
import type { Rig } from "../../rig.ts";

const fleet = { name: "bound", users: 3, containers: 3 };

/** What users and their containers cost the stores does not grow with time, lines or ids. */
export const bounds = (rig: Rig): void => {
  const users = `user=~"${fleet.name}-[0-9]+"`;
  const most = async (count: string) => Number((await rig.guest.metric(`max(${count})`)).value[1]);

  /** The largest of the numbers of streams by a key of their labels. */
  const streams = async (selector: string, keyOf: (labels: Record<string, string>) => string) => {
    const found = await rig.guest.api<Record<string, string>[]>(3100, "/loki/api/v1/series", {
      "match[]": `{${users},${selector}}`,
      since: "1h",
    });
    const counts = new Map<string, number>();
    for (const labels of found) counts.set(keyOf(labels), (counts.get(keyOf(labels)) ?? 0) + 1);
    return Math.max(...counts.values());
  };

  before(
    async () => {
      await startFleet(rig.guest, fleet);
      await fleetSeen(rig.guest, fleet, 90_000);
    },
    { timeout: 180_000 },
  );

  test("a container is 5 streams at most", async () => {
    const count = await streams('unit=~"app-.+"', ({ user, unit }) => `${user} ${unit}`);
    assert.ok(count > 0 && count <= 5, `${count}`);
  });
};
