import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { rebootHost } from "../../../throwaway/host.ts";
import { until } from "../../../throwaway/until.ts";
import { allUp } from "../guest.ts";
import type { Rig } from "../rig.ts";

// without the default dependencies it goes on until the very end of the shutdown
const COUNT = (unit: string) =>
  `systemd-run --quiet --unit=${unit} -p DefaultDependencies=no bash -c 'for ((i = 0; ; i++)); do echo "number $i"; sleep 0.02; done'`;

const POSITIONS =
  "/var/lib/containers/storage/volumes/watchpost-alloy-data/_data/loki.source.journal.host/positions.yml";

/** A host that reboots comes back by itself and has lost no log line. */
export const reboot = (rig: Rig): void => {
  for (const how of ["clean", "power"] as const)
    test(`${how}: the stack comes back, and Loki has every line once`, { timeout: 300_000 }, async () => {
      const unit = `numbers-${how}-${Date.now()}`;
      const query = `{unit="${unit}.service"} |~ "^number"`;
      const stored = () => rig.guest.lines(query).catch(() => []);
      await rig.guest.sh(COUNT(unit));
      await until("numbers come", 30_000, async () => ((await stored()).length > 50 ? true : undefined));
      // Alloy notes every 10 s how far it has read, which is ahead of what Loki has by 0.3 s: a plug that is pulled in
      // between costs those lines, so it is pulled later
      await rig.guest.sh(`until (($(date +%s) - $(stat -c %Y ${POSITIONS}) == 2)); do sleep 0.1; done`);

      rig.booted(await rebootHost(rig.host, how));

      const written = (await rig.guest.sh(`journalctl -q -o cat -u ${unit} -g ^number`)).split("\n");
      assert.ok(written.length > 50);
      await until("as many lines are in Loki", 120_000, async () =>
        (await stored()).length >= written.length ? true : undefined,
      );
      assert.deepEqual(await stored(), written);
      // a query of lines hides what is stored twice, a count does not
      assert.equal(await rig.guest.countLines(query), written.length);
      await until("every target of the stack is up", 60_000, async () => {
        const ups = await rig.guest.ownTargets().catch(() => []);
        return isDeepStrictEqual(ups, allUp) ? true : undefined;
      });
    });
};
