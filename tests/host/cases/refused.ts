import assert from "node:assert/strict";
import { before, test } from "node:test";
import { upApart } from "../apart.ts";
import type { Bend } from "../bend.ts";
import { onlySame } from "../expect.ts";
import type { Rig } from "../rig.ts";

const cases: { what: string; of: string; bend: Bend; says: RegExp }[] = [
  {
    what: "a Prometheus config",
    of: "prometheus",
    bend: { file: "prometheus.yml", pattern: "^global:", by: "no_such_key: 1\nglobal:" },
    says: /watchpost-prometheus\.service: refused, and nothing was changed: .*field no_such_key not found/s,
  },
  {
    what: "a Loki config",
    of: "loki",
    bend: { file: "config.yaml", pattern: "^server:", by: "no_such_key: 1\nserver:" },
    says: /watchpost-loki\.service: refused, and nothing was changed: .*field no_such_key not found/s,
  },
  {
    what: "an Alloy config",
    of: "alloy-unit",
    bend: { file: "config.alloy", pattern: "^logging ", by: 'no.such_component "x" {}\nlogging ' },
    says: /watchpost-alloy\.service: refused, and nothing was changed: .*no\.such_component/s,
  },
  {
    what: "a quadlet",
    of: "grafana",
    bend: { file: ".container", pattern: "^\\[Container\\]$", by: "[Container]\nNoSuchKey=1" },
    says: /watchpost-grafana\.service: refused, and nothing was changed: quadlet: .*NoSuchKey/s,
  },
];

/** A broken config never replaces a working one. */
export const refused = (rig: Rig): void => {
  let fresh: { starts: Record<string, string>; files: string };
  before(async () => {
    fresh = { starts: await rig.guest.starts(), files: await rig.guest.files() };
  });

  for (const { what, of, bend, says } of cases)
    test(`${what} is refused with the reason`, async () => {
      const { said } = await upApart(rig, { bends: { [`${rig.name}-${of}`]: bend } }).ended;
      assert.match(said, says);
    });

  test("the files and the running containers are untouched", async () => {
    assert.equal(await rig.guest.files(), fresh.files);
    assert.deepEqual(await rig.guest.startedSince(fresh.starts), []);
  });

  test("with the mistakes gone, nothing is left to do", async () => onlySame(await rig.stack.up()));
};
