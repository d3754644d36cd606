import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { GrafanaCode } from "../../components/grafana/code.ts";
import { grafanaContent } from "../../components/grafana/content.ts";
import { folderUid } from "../../components/grafana/dashboards.ts";
import { serverOf } from "../../config/config.ts";
import { type DemoStack, openStack } from "../../demo/stack.ts";
import { Host } from "../../providers/host.ts";
import { ensureEngine } from "../../toolchain/engine.ts";
import { isStandIn } from "../../toolchain/stand-ins/index.ts";
import { configWith } from "../config/sample.ts";
import { freePort } from "../free-port.ts";
import { doneBy } from "../host/expect.ts";
import { FakeHost } from "../providers/fake-host.ts";
import { adminPassword, Grafana } from "./around/grafana.ts";
import { type GrafanaHome, grafanaHome, noGrafana } from "./home.ts";

const engine = noGrafana ? undefined : await ensureEngine({ standIns: true });
const skip =
  noGrafana ||
  (engine && isStandIn(engine.plugins.grafana) && "the real grafana plugin cannot be had, see npm run demo");

const smtp = { host: "mail.example.org:587", from: "watchpost@example.org" };
const alerting = {
  smtp,
  contactPoints: {
    ops: { emails: ["ops@example.org"] },
    hook: { webhook: { url: "https://hook.example.org/", token: "swordfish-of-hook" } },
  },
  routes: { warning: { contactPoints: ["ops"], repeat: "24h", muteTimings: ["nights"] } },
  muteTimings: {
    nights: [
      { times: [{ start: "22:00", end: "24:00" }], location: "Europe/Berlin" },
      { weekdays: ["friday:sunday", "wednesday:wednesday"], location: "Europe/Berlin" },
    ],
  },
  heartbeat: { url: "https://watch.example.org/push/swordfish", interval: "90s" },
};

/** Grafana's part of the program, with something else in the place of Grafana's unit. */
const program = (values: () => Record<string, unknown>) => async () => {
  const config = configWith(values());
  const host = new Host("web", serverOf(config));
  const unit = new random.RandomId("web-grafana", { byteLength: 4 });
  const args = { host, config, content: grafanaContent(config), unit, password: pulumi.secret(adminPassword) };
  new GrafanaCode("web-grafana-code", args);
};

describe("the engine and the real plugin with a real Grafana", { skip, concurrency: 1 }, () => {
  let folder: string;
  let home: GrafanaHome;
  let host: FakeHost;
  let grafana: Grafana;
  let stack: DemoStack;
  let values: Record<string, unknown>;
  const provisioned = async (what: string) =>
    (await grafana.api<{ name?: string; title?: string }[]>("GET", `/api/v1/provisioning/${what}`)).map(
      ({ name, title }) => name ?? title,
    );

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "watchpost-up-"));
    home = await grafanaHome();
    host = await FakeHost.start();
    const [port, tunnelPort] = [await freePort(), await freePort()];
    const { address, port: sshPort, hostKey, privateKey } = host.address;
    const own = { rootUrl: "https://grafana.example.org/", login: { url: "https://auth.example.org/" } };
    values = {
      hosts: { web: { address, port: sshPort, hostKey, privateKey } },
      grafana: { ...own, listen: `127.0.0.1:${port}`, tunnelPort },
      alerting,
    };
    const nowhere = "http://127.0.0.1:9";
    const sources = { prometheus: nowhere, loki: nowhere };
    grafana = new Grafana({ home, port, config: configWith(values), secrets: { admin: adminPassword }, sources });
    await grafana.start();
    if (!engine) throw new Error("expected an engine");
    stack = await openStack({
      name: "test-real-grafana",
      folder,
      engine,
      config: { hosts: {} },
      program: program(() => values),
    });
  });
  after(async () => {
    await stack?.forget();
    await grafana?.stop();
    await host?.stop();
    await home?.forget();
    await rm(folder, { recursive: true });
  });

  test("up puts all of it there", async () => {
    await stack.up();
    const { dashboards, groups } = grafanaContent(configWith(values));
    for (const { uid } of dashboards) await grafana.api("GET", `/api/dashboards/uid/${uid}`);
    const rules = await provisioned("alert-rules");
    assert.deepEqual(rules.sort(), groups.flatMap(({ rules }) => rules.map(({ name }) => name)).sort());
    const points = await provisioned("contact-points");
    for (const name of ["ops", "hook", "heartbeat"]) assert.ok(points.includes(name), name);
    const login = await grafana.api<{ settings: Record<string, unknown> }>("GET", "/api/v1/sso-settings/generic_oauth");
    assert.equal(login.settings.authUrl, "https://auth.example.org/application/o/authorize/");
  });

  test("neither a second up nor a look at Grafana finds a difference", async () => {
    assert.deepEqual(await doneBy((listener) => stack.up(listener)), {});
    await stack.preview({ refresh: true, expectNoChanges: true });
  });

  test("what was changed by hand is found and put back", async () => {
    const [own] = grafanaContent(configWith(values)).dashboards;
    const rules = "/api/v1/provisioning/alert-rules";
    const [rule] = await grafana.api<{ uid: string; title: string }[]>("GET", rules);
    assert.ok(own && rule);
    const path = `/api/dashboards/uid/${own.uid}`;
    const { dashboard } = await grafana.api<{ dashboard: { title: string } }>("GET", path);
    const edited = { dashboard: { ...dashboard, title: "By hand" }, folderUid, overwrite: true };
    await grafana.api("POST", "/api/dashboards/db", edited);
    await grafana.ask("DELETE", `${rules}/${rule.uid}`, undefined, { "X-Disable-Provenance": "true" });
    const done = await doneBy((listener) => stack.up({ refresh: true, runProgram: true, ...listener }));
    assert.deepEqual(Object.values(done), ["update", "update"], JSON.stringify(done));
    assert.equal((await grafana.api<typeof rule>("GET", `${rules}/${rule.uid}`)).title, rule.title);
    assert.equal((await grafana.api<{ dashboard: typeof dashboard }>("GET", path)).dashboard.title, dashboard.title);
  });

  test("what is gone from code is gone from Grafana", async () => {
    const { nights: _nights, ...muteTimings } = alerting.muteTimings;
    const { hook: _hook, ...contactPoints } = alerting.contactPoints;
    const off = ["OutOfMemoryKill"];
    values = { ...values, alerting: { ...alerting, contactPoints, muteTimings, routes: {}, off } };
    await stack.up();
    assert.ok(!(await provisioned("contact-points")).includes("hook"));
    assert.ok(!(await provisioned("mute-timings")).includes("nights"));
    assert.ok(!(await provisioned("alert-rules")).includes("OutOfMemoryKill"));
    await stack.preview({ refresh: true, expectNoChanges: true });
  });

  test("destroy leaves it to Grafana's own end, and does not ask it", async () => {
    await stack.destroy();
    await grafana.api("GET", `/api/folders/${folderUid}`);
  });

  test("a second deployment makes its way through what the first has left", async () => {
    await stack.up();
    await stack.preview({ refresh: true, expectNoChanges: true });
  });
});
