import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { onlySame } from "./expect.ts";
import { allUp } from "./guest.ts";
import { measure, stops } from "./outside/dead-man.ts";
import { rebuild } from "./outside/rebuild.ts";
import { timing, useTwoHosts } from "./outside/two-hosts.ts";
import { skip } from "./rig.ts";

// an Alloy that stopped is noticed after more than five minutes
const long = process.env.WATCHPOST_LONG ? false : "takes half an hour: set WATCHPOST_LONG=1, or run npm run dead-man";

describe("what stops is noticed from outside, and its alarm is closed when it is back", {
  skip: skip || long,
  concurrency: false,
}, () => {
  const two = useTwoHosts("dead-man");
  before(
    async () => {
      await two.rig.stack.up();
      await two.startHeartbeat();
    },
    { timeout: 600_000 },
  );

  for (const stop of stops)
    test(`${stop.what}, within ${stop.within} s`, { timeout: (stop.within + 600) * 1000 }, async (context) => {
      const { how, noticed, closed } = await measure(two, stop);
      context.diagnostic(`${how}: noticed after ${noticed} s, closed after ${closed} s`);
    });

  test("a lost host is rebuilt on a new machine out of the repository", { timeout: 600_000 }, async (context) => {
    const { noticed, up, closed } = await rebuild(two);
    context.diagnostic(`noticed after ${noticed} s; up took ${up} s, the alarm was closed after ${closed} s`);
    assert.ok(noticed <= timing.within, `${noticed} s`);
    assert.deepEqual(await two.rig.guest.ownTargets(), allUp);
    onlySame(await two.rig.stack.up({ refresh: true }));
  });
});
