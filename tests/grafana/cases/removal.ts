import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { contactPoints } from "../../../components/grafana/contact-points.ts";
import { grafanaContent } from "../../../components/grafana/content.ts";
import { folderUid } from "../../../components/grafana/dashboards.ts";
import { leftoversScript } from "../../../components/grafana/leftovers.ts";
import { muteTimings } from "../../../components/grafana/notifications.ts";
import { breakGlass } from "../../../components/pod/grafana-ini.ts";
import { finished } from "../../finished.ts";
import { adminPassword } from "../around/grafana.ts";
import type { Rig } from "../rig.ts";

/** The way is cleared for a first `up` into a Grafana whose data an earlier deployment has left. */
export const removal = (rig: Rig): void => {
  const clear = async () => {
    const { alerting } = rig.config;
    const made = {
      folder: folderUid,
      groups: grafanaContent(rig.config).groups.map(({ name }) => name),
      points: Object.keys(contactPoints(rig.config)),
      timings: Object.keys(muteTimings(alerting)),
    };
    const login = `${breakGlass.user}:${adminPassword}`;
    const bash = spawn("/bin/bash", ["-c", 'eval "$(cat)"']);
    bash.stdin.end(leftoversScript(made, { grafana: `127.0.0.1:${new URL(rig.grafana.url).port}`, login }));
    const { stderr, status } = await finished(bash);
    assert.deepEqual([stderr, status], ["", 0]);
  };
  const provisioned = (what: string) => rig.grafana.api<{ name: string }[]>("GET", `/api/v1/provisioning/${what}`);

  test("what an earlier deployment left is taken out of Grafana, and a second look finds nothing to take", async () => {
    await clear();
    assert.equal((await rig.grafana.ask("GET", `/api/folders/${folderUid}`)).status, 404);
    assert.deepEqual(await provisioned("alert-rules"), []);
    const points = (await provisioned("contact-points")).map(({ name }) => name);
    for (const name of Object.keys(contactPoints(rig.config))) assert.ok(!points.includes(name), name);
    assert.deepEqual(await provisioned("mute-timings"), []);
    assert.deepEqual(await rig.grafana.api("GET", "/api/search?tag=watchpost"), []);
    await clear();
  });
};
