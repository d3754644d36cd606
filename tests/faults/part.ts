import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { everyCommand, type Scenario, tryScenario } from "./world.ts";

const isRoot = process.getuid?.() === 0;
const namespace = spawnSync("unshare", [...(isRoot ? [] : ["--map-root-user"]), "--mount", "true"]);
const skip = namespace.status === 0 ? false : "this machine lets nobody have a mount namespace (unshare --mount)";

/** Of the commands of a job every so many are tried here; `npm run bench -- faults` tries all of them. */
const step = 113;

/** The tests of some scenarios: each is tried at a few commands of its job, other ones in each scenario. */
export const tryAFew = (scenarios: Scenario[]): void => {
  describe("whatever befalls a job, the next run makes the host as declared", { skip }, () => {
    for (const [index, scenario] of scenarios.entries())
      test(scenario.name, async (t) => {
        const { tried, wrong } = await tryScenario(scenario, everyCommand(step, (7 + index * 31) % step));
        t.diagnostic(`${tried} faults`);
        assert.deepEqual(wrong, []);
        assert.ok(tried > 0);
      });
  });
};
