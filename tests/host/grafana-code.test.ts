import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import * as random from "@pulumi/random";
import { GrafanaCode } from "../../components/grafana/code.ts";
import { grafanaContent } from "../../components/grafana/content.ts";
import { serverOf } from "../../config/config.ts";
import { type DemoStack, openStack } from "../../demo/stack.ts";
import { Host } from "../../providers/host.ts";
import { ensureEngine } from "../../toolchain/engine.ts";
import { isStandIn } from "../../toolchain/stand-ins/index.ts";
import { configWith } from "../config/sample.ts";
import { freePort } from "../free-port.ts";
import { FakeHost } from "../providers/fake-host.ts";
import { doneBy } from "./expect.ts";

const engine = await ensureEngine({ standIns: true });
const skip = isStandIn(engine.plugins.grafana) ? false : "the real plugin is here, and wants a real Grafana";

type Kept = Record<string, { type: string; props: Record<string, unknown> }>;

const base = {
  grafana: {
    tunnelPort: await freePort(),
    rootUrl: "https://grafana.example.org/",
    login: { url: "https://auth.example.org/" },
  },
  alerting: {
    smtp: { host: "mail.example.org:587", from: "watchpost@example.org" },
    contactPoints: {
      ops: { emails: ["ops@example.org"] },
      hook: { webhook: { url: "https://hook.example.org/", token: "swordfish-of-hook" } },
    },
    routes: {
      critical: { contactPoints: ["ops", "hook"] },
      warning: { contactPoints: ["ops"], muteTimings: ["nights"] },
    },
    muteTimings: { nights: [{ times: [{ start: "22:00", end: "24:00" }] }] },
    heartbeat: { url: "https://watch.example.org/push/swordfish-of-push" },
  },
};
type Values = Record<string, unknown> & { grafana: object };

/** Config values, and what the code no longer has. */
interface Wanted {
  config: Values;
  without?: { dashboard: string; group: string };
}

/** Grafana's part of the program, with something else in the place of Grafana's unit. */
const program = (wanted: () => Wanted) => async () => {
  const { config: raw, without } = wanted();
  const config = configWith(raw);
  const { dashboards, groups } = grafanaContent(config);
  const content = {
    dashboards: dashboards.filter(({ uid }) => uid !== without?.dashboard),
    groups: groups.filter(({ name }) => name !== without?.group),
  };
  const host = new Host("web", serverOf(config));
  const unit = new random.RandomId("web-grafana", { byteLength: 4 });
  const password = new random.RandomPassword("web-grafana-admin", { length: 32, special: false }).result;
  new GrafanaCode("web-grafana-code", { host, config, content, unit, password });
};

describe("what is put into Grafana", { skip, concurrency: false }, () => {
  let folder: string;
  let host: FakeHost;
  let stack: DemoStack;
  let now: Wanted;
  // reached by nobody but through the host
  const grafana = createServer((_request, response) => response.end("{}"));
  const kept = async (): Promise<Kept> => JSON.parse(await readFile(join(folder, "grafana.json"), "utf8"));
  const namesOf = async (kind: string) =>
    Object.keys(await kept())
      .filter((id) => id.startsWith(`${kind} `))
      .map((id) => id.slice(kind.length + 1))
      .sort();
  const up = ({ config, ...without }: Wanted) => {
    now = { config: onHost(config), ...without };
    return doneBy((listener) => stack.up(listener));
  };
  const onHost = (config: Values): Values => {
    const { address, port, hostKey, privateKey } = host.address;
    const listen = `127.0.0.1:${(grafana.address() as AddressInfo).port}`;
    return {
      ...config,
      hosts: { web: { address, port, hostKey, privateKey } },
      grafana: { ...config.grafana, listen },
    };
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "watchpost-grafana-"));
    host = await FakeHost.start({ answer: () => ({}) });
    await once(grafana.listen(0, "127.0.0.1"), "listening");
    process.env.GRAFANA_STAND_IN = join(folder, "grafana.json");
    process.env.GRAFANA_STAND_IN_URL = `http://127.0.0.1:${base.grafana.tunnelPort}`;
    now = { config: onHost(base) };
    const config = { hosts: {} };
    stack = await openStack({ name: "test-grafana-code", folder, engine, config, program: program(() => now) });
  });
  after(async () => {
    delete process.env.GRAFANA_STAND_IN;
    delete process.env.GRAFANA_STAND_IN_URL;
    await stack?.forget();
    await host?.stop();
    grafana.close();
    await rm(folder, { recursive: true });
  });

  test("is shown by a preview, for which nobody logs in to the host", async () => {
    const { changes } = await stack.preview();
    assert.deepEqual(Object.keys(changes), ["create"]);
    assert.equal(host.attempts, 0);
    await assert.rejects(kept(), { code: "ENOENT" });
  });

  test("is there after an up", async () => {
    await up({ config: base });
    assert.deepEqual(await namesOf("ContactPoint"), ["heartbeat", "hook", "ops"]);
    assert.deepEqual(await namesOf("MuteTiming"), ["never", "nights"]);
    assert.deepEqual(await namesOf("SsoSettings"), ["generic_oauth"]);
    assert.deepEqual(await namesOf("Folder"), ["watchpost"]);
    assert.ok((await namesOf("Dashboard")).includes("watchpost-host"));
    assert.ok((await namesOf("RuleGroup")).includes("pipeline"));
  });

  test("is not changed by a second up, nor by a look at Grafana", async () => {
    assert.deepEqual(await up({ config: base }), {});
    await stack.preview({ refresh: true, expectNoChanges: true });
  });

  test("is put right where somebody changed it", async () => {
    const [before, file] = [await kept(), join(folder, "grafana.json")];
    const { "ContactPoint ops": ops, "Dashboard watchpost-host": _gone, ...others } = before;
    assert.ok(ops);
    const edited = { type: ops.type, props: { ...ops.props, emails: [{ addresses: ["else@example.org"] }] } };
    await writeFile(file, JSON.stringify({ ...others, "ContactPoint ops": edited }));
    assert.deepEqual(await doneBy((listener) => stack.up({ refresh: true, ...listener })), {
      "web-grafana-code-alerting-to-ops": "update",
      "web-grafana-code-dashboards-watchpost-host": "create",
    });
    assert.deepEqual(await kept(), before);
  });

  test("a contact point in use can be renamed", async () => {
    const { ops, ...others } = base.alerting.contactPoints;
    const alerting = {
      ...base.alerting,
      contactPoints: { pager: ops, ...others },
      routes: { critical: {}, warning: { muteTimings: ["nights"] } },
    };
    await up({ config: { ...base, alerting } });
    assert.deepEqual(await namesOf("ContactPoint"), ["heartbeat", "hook", "pager"]);
  });

  test("what is gone from code is gone from Grafana", async () => {
    const { muteTimings: _nights, heartbeat: _beat, ...rest } = base.alerting;
    const alerting = { ...rest, routes: {}, off: ["OutOfMemoryKill"] };
    const done = await up({
      config: { ...base, alerting },
      without: { dashboard: "watchpost-zfs", group: "zfs" },
    });
    assert.deepEqual(await namesOf("ContactPoint"), ["hook", "ops"]);
    assert.deepEqual(await namesOf("MuteTiming"), ["never"]);
    assert.ok(!(await namesOf("Dashboard")).includes("watchpost-zfs"));
    assert.ok(!(await namesOf("RuleGroup")).includes("zfs"));
    assert.doesNotMatch(JSON.stringify((await kept())["RuleGroup host"]), /OutOfMemoryKill/);
    assert.equal(done["web-grafana-code-alerting-policy"], "update");
  });

  test("without contact points Grafana's own notification policy is left alone", async () => {
    await up({ config: { ...base, alerting: {} } });
    assert.deepEqual([await namesOf("NotificationPolicy"), await namesOf("ContactPoint")], [[], []]);
  });

  test("holds no secret in plaintext in the state", async () => {
    await up({ config: base });
    const state = await readFile(join(folder, "state/.pulumi/stacks/watchpost/test-grafana-code.json"), "utf8");
    const { clientSecret } = (await kept())["SsoSettings generic_oauth"]?.props.oauth2Settings as Record<
      string,
      string
    >;
    assert.ok(clientSecret !== undefined && clientSecret.length >= 64);
    assert.ok(state.includes("ops@example.org"), "the state is the one that is meant");
    for (const secret of ["swordfish", clientSecret]) assert.ok(!state.includes(secret), `${secret} is in the state`);
  });

  test("is forgotten with Grafana itself, which need not be asked", async () => {
    const before = await kept();
    await host.stop();
    await stack.destroy();
    assert.deepEqual(await kept(), before);
    assert.deepEqual((await stack.stack.exportStack()).deployment.resources ?? [], []);
  });
});
