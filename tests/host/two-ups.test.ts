import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { skip, useRig } from "./rig.ts";
import { TwoOperators } from "./two-ups.ts";

describe("two ups at once from two clones", { skip, concurrency: false }, () => {
  // on one machine, where the tunnels of one stack would meet
  const rig = useRig({ name: "two-ups", values: { grafana: { access: "none" } } });
  let operators: TwoOperators;
  before(
    async () => {
      await rig.stack.up();
      operators = await TwoOperators.of(rig);
    },
    { timeout: 300_000 },
  );

  // npm run bench -- two-ups tries many
  test("leave on the host what the last of them declares", { timeout: 300_000 }, async () => {
    assert.equal((await operators.deploy(0, 1)).wrong, undefined);
  });
});
