import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MissingParts, requireParts } from "../../demo/parts.ts";
import type { Engine } from "../../toolchain/engine.ts";
import type { Image } from "../../toolchain/images.ts";

const there = (name: Image["name"]): Image => ({
  name,
  reference: `docker.io/a/${name}:1`,
  version: "1",
  source: "built",
  archive: `/cache/${name}.tar`,
});
const missing = (name: Image["name"]): Image => ({
  name,
  reference: `docker.io/a/${name}:1`,
  missing: `there is no ${name}`,
});
const engine: Engine = {
  version: "3",
  source: "built",
  path: "/bin",
  env: {},
  standIns: [],
  plugins: {} as Engine["plugins"],
};

/** The names that the refusal gives to people, and all that it gives to programs. */
const refusal = (of: Parameters<typeof requireParts>) => {
  try {
    requireParts(...of);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof MissingParts);
    return { said: error.message.match(/(?<=^ {2})\w+(?=: )/gm), parts: error.parts.map(({ name }) => name) };
  }
};

describe("what the demo does without a part", () => {
  test("Grafana: it goes on", () => {
    const images = [there("prometheus"), there("loki"), missing("grafana"), there("alloy")];
    assert.deepEqual(requireParts(engine, images), { engine, images });
  });

  for (const name of ["prometheus", "loki", "alloy"] as const)
    test(`${name}: it ends, and says why`, () => {
      const images = (["prometheus", "loki", "grafana", "alloy"] as const).map((each) =>
        [name, "grafana"].includes(each) ? missing(each) : there(each),
      );
      const parts = ["prometheus", "loki", "grafana", "alloy"].filter((each) => [name, "grafana"].includes(each));
      assert.deepEqual(refusal([engine, images]), { said: [name], parts });
      assert.throws(() => requireParts(engine, images), {
        message: new RegExp(`^  ${name}: there is no ${name}$`, "m"),
      });
    });

  test("the engine: it ends, and tells of the images too", () => {
    const images = [there("prometheus"), missing("loki"), there("alloy")];
    const found = refusal([{ name: "engine", why: "no Go" }, images]);
    assert.deepEqual(found, { said: ["engine", "loki"], parts: ["engine", "loki"] });
  });
});
