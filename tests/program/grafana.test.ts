import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { tunnelPortOf } from "../../components/grafana/tunnel-port.ts";
import { deploy, plainly, secretsIn } from "./deploy.ts";
import { count, of } from "./resources.ts";

const rootUrl = "https://grafana.example.org/";
const login = { url: "https://auth.example.org/" };
const alerting = {
  smtp: { host: "mail.example.org:587", from: "watchpost@example.org", user: "mailer", password: "swordfish-of-smtp" },
  contactPoints: {
    ops: { emails: ["ops@example.org"], webhook: { url: "https://hook.example.org/", token: "swordfish-of-hook" } },
  },
  heartbeat: { url: "https://watch.example.org/push/swordfish-of-push" },
};

describe("how Grafana's API is reached", () => {
  test("is through the host's own tunnel, from a port of this machine that stays the same", async () => {
    const stack = await deploy({ grafana: { listen: "[::1]:3001", tunnelPort: 13001 } });
    const [tunnel] = of(stack, "SshTunnel");
    assert.deepEqual([tunnel?.inputs.port, tunnel?.inputs.toHost, tunnel?.inputs.toPort], [13001, "::1", 3001]);
    const [provider] = of(stack, "grafana");
    assert.equal(provider?.inputs.url, "http://127.0.0.1:13001");
    assert.match(secretsIn(provider?.inputs), /break-glass:made-at-random/);
  });

  test("begins by default at a port that comes of the stack's name, and no other version may change", async () => {
    const stack = await deploy();
    const port = tunnelPortOf("watchpost", "test");
    assert.equal(of(stack, "SshTunnel")[0]?.inputs.port, port);
    assert.equal(of(stack, "grafana")[0]?.inputs.url, `http://127.0.0.1:${port}`);
    const named = ["prod", "dev", "demo-0a1b2c"].map((name) => tunnelPortOf("watchpost", name));
    assert.deepEqual(named, [27806, 20811, 29921]);
  });

  test("is at a URL, without a tunnel", async () => {
    const at = async (grafana: object) => {
      const stack = await deploy({ grafana: { access: "url", ...grafana } });
      assert.equal(count(stack).SshTunnel, undefined);
      return of(stack, "grafana")[0]?.inputs.url;
    };
    assert.equal(await at({ rootUrl }), rootUrl);
    assert.equal(await at({ rootUrl, apiUrl: "http://10.0.0.7:3000" }), "http://10.0.0.7:3000");
  });

  test("is of no account where all is left to the user", async () => {
    const stack = await deploy({ grafana: { access: "none" } });
    assert.deepEqual(
      stack.resources.filter(({ type }) => /grafana:|Grafana|Tunnel/.test(type)),
      [],
    );
    assert.equal(stack.outputs.grafanaAdminPassword, "made-at-random");
  });

  test("has everything in Grafana go through that one provider", async () => {
    const stack = await deploy({ grafana: { rootUrl, login }, alerting });
    const inGrafana = stack.resources.filter(({ type }) => type.startsWith("grafana:"));
    assert.ok(inGrafana.length > 20);
    for (const { name, provider } of inGrafana) assert.match(provider, /pulumi:providers:grafana::web-/, name);
  });
});

describe("the login", () => {
  test("has a client made at random, in Grafana and in the blueprint", async () => {
    const stack = await deploy({ grafana: { rootUrl, login } });
    const settings = of(stack, "SsoSettings")[0]?.inputs;
    assert.match(secretsIn(settings), /made-at-random/);
    assert.match(stack.outputs.authentikBlueprint ?? "", /client_secret: made-at-random/);
    assert.ok(stack.secretOutputs.includes("authentikBlueprint"));
  });

  test("leaves the blueprint on the host where that is wanted", async () => {
    const blueprintFile = { path: "/srv/authentik/grafana.yaml", owner: "authentik:authentik", mode: "640" };
    const stack = await deploy({ grafana: { rootUrl, login: { ...login, blueprintFile } } });
    const file = of(stack, "HostFile").find(({ inputs }) => inputs.path === blueprintFile.path);
    assert.deepEqual([file?.inputs.owner, file?.inputs.mode], ["authentik:authentik", "640"]);
    assert.match(secretsIn(file?.inputs), /authentik_providers_oauth2/);
  });

  test("takes a client of one's own, and makes no blueprint", async () => {
    const own = { clientId: "grafana", clientSecret: "swordfish-of-client" };
    const stack = await deploy({ grafana: { rootUrl, login: { ...login, ...own } } });
    const settings = of(stack, "SsoSettings")[0]?.inputs;
    assert.match(secretsIn(settings), /"clientId":"grafana","clientSecret":"swordfish-of-client"/);
    assert.ok(!("authentikBlueprint" in stack.outputs));
    assert.doesNotMatch(plainly(stack.resources), /swordfish/);
  });
});

describe("the alerting", () => {
  test("keeps its secrets marked", async () => {
    const stack = await deploy({ alerting });
    assert.doesNotMatch(plainly(stack.resources), /swordfish/);
    const holders = (secret: string) =>
      stack.resources.filter(({ inputs }) => secretsIn(inputs).includes(secret)).map(({ name }) => name);
    assert.deepEqual(holders("swordfish-of-smtp"), ["web-grafana-smtp-password"]);
    assert.deepEqual(holders("swordfish-of-hook"), ["web-grafana-code-alerting-to-ops"]);
    assert.deepEqual(holders("swordfish-of-push"), ["web-grafana-code-alerting-to-heartbeat"]);
  });

  test("restarts Grafana when the mail server's password changed", async () => {
    const triggers = async (values: object) =>
      of(await deploy(values as never), "SystemdUnit").find(({ name }) => name === "web-grafana")?.inputs.triggers;
    assert.deepEqual([await triggers({}), await triggers({ alerting })], [["v1"], ["v1", "v1"]]);
  });

  test("leaves out the rules of the off list, and takes the config's thresholds", async () => {
    const rules = async (values: object) =>
      of(await deploy({ alerting: values }), "RuleGroup").flatMap(
        ({ inputs }) => inputs.rules as { name: string; uid: string; datas: { model: string }[] }[],
      );
    const [all, fewer] = [
      await rules({}),
      await rules({ off: ["HostRebooted"], thresholds: { memoryAvailable: 0.123 } }),
    ];
    assert.deepEqual(
      all.map(({ uid }) => uid).filter((uid) => !fewer.some((rule) => rule.uid === uid)),
      [all.find(({ name }) => name === "HostRebooted")?.uid],
    );
    assert.match(JSON.stringify(fewer), /0\.123/);
    assert.equal(new Set(all.map(({ uid }) => uid)).size, all.length);
  });
});
