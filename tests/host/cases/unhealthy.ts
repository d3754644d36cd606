import assert from "node:assert/strict";
import { before, test } from "node:test";
import { upApart } from "../apart.ts";
import { onlySame } from "../expect.ts";
import type { Rig } from "../rig.ts";

const back = "the previous files are back and the previous version is running";

/** A unit that does not become healthy is put back to what ran before. */
export const unhealthy = (rig: Rig): void => {
  let files = "";
  before(async () => {
    files = await rig.guest.files();
  });

  test("one whose container exits: its last journal lines are in the error", async () => {
    const bend = { file: ".container", pattern: "^Exec=.*", by: "Exec=--no-such-flag" };
    const { said } = await upApart(rig, { bends: { [`${rig.name}-prometheus`]: bend } }).ended;
    assert.match(said, new RegExp(`watchpost-prometheus.service: did not come up .*${back}.*unknown long flag`, "s"));
  });

  test("one that is never healthy is given up after its timeout", async () => {
    const by = 'HealthStartupCmd=["/usr/bin/loki","-no-such-flag"]';
    const bend = { file: ".container", pattern: "^HealthStartupCmd=.*", by, timeoutSeconds: 10 };
    const { said } = await upApart(rig, { bends: { [`${rig.name}-loki`]: bend } }).ended;
    assert.match(said, new RegExp(`watchpost-loki.service: did not come up healthy within 10 s; ${back}`));
  });

  test("the previous files are back and the previous version runs", async () => {
    assert.equal(await rig.guest.files(), files);
    const units = "watchpost-prometheus watchpost-loki watchpost-grafana";
    assert.equal(await rig.guest.pod(`systemctl --user is-active ${units}`), "active\nactive\nactive");
    assert.equal((await rig.guest.metrics("vector(1)")).length, 1);
    assert.equal(await rig.guest.sh("curl -s 127.0.0.1:3100/ready"), "ready");
  });

  test("with the mistakes gone, nothing is left to do", async () => onlySame(await rig.stack.up()));
};
