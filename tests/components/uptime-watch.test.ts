import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { watchChecks } from "../../components/uptime-watch/checks.ts";
import { gatusQuadlet } from "../../components/uptime-watch/container.ts";
import { gatusSecretsYaml, gatusYaml } from "../../components/uptime-watch/gatus.ts";
import { heartbeatPath } from "../../components/uptime-watch/heartbeat.ts";
import { kumaList } from "../../components/uptime-watch/kuma.ts";
import { watchTable } from "../../components/uptime-watch/table.ts";
import { configWith, hosts } from "../config/sample.ts";

const values = {
  hosts: { web: { ...hosts.web, address: "web.example.org", port: 2222 } },
  grafana: { rootUrl: "https://example.org/grafana" },
  services: {
    shop: { user: "shop", url: "https://shop.example.org/" },
    intranet: { user: "intranet", url: "http://192.0.2.30:8080/" },
    worker: { user: "worker" },
  },
  alerting: {
    smtp: { host: "mail.example.org:587", user: "watchpost", password: "swordfish-of-mail", from: "watch@example.org" },
    contactPoints: { ops: { emails: ["ops@example.org"] } },
    heartbeat: { url: `https://watch.example.org${heartbeatPath}`, token: "swordfish-$HOME-of-beat" },
    thresholds: { certificateExpires: 21 },
  },
  watch: {
    emails: ["ops@example.org", "boss@example.org"],
    webhook: { url: "https://hook.example.org/swordfish", token: "swordfish-of-hook", scheme: "Token" },
  },
};
const config = configWith(values);

describe("what is looked at from outside", () => {
  const checks = watchChecks(config);
  const named = (group: string) => checks.filter((check) => check.group === group).map(({ name }) => name);

  test("is every public URL, and Grafana's health where people open it", () => {
    const urls = checks.flatMap((check) => (check.kind === "http" ? [[check.name, check.url]] : []));
    assert.deepEqual(Object.fromEntries(urls), {
      shop: "https://shop.example.org/",
      intranet: "http://192.0.2.30:8080/",
      grafana: "https://example.org/grafana/api/health",
    });
  });

  test("is the certificate of each that has one, by the bound that the alert rules have", () => {
    assert.deepEqual(named("certificates"), ["shop", "grafana"]);
    const days = checks.flatMap((check) => (check.kind === "certificate" ? [check.days] : []));
    assert.deepEqual(new Set(days), new Set([21]));
  });

  test("is each name once in DNS, and no address", () => {
    assert.deepEqual(named("dns"), ["web.example.org", "shop.example.org", "example.org"]);
  });

  test("asks any DNS server, by IPv6 too", () => {
    const asked = (resolver: string) => {
      const { endpoints } = parse(gatusYaml(configWith({ ...values, watch: { ...values.watch, resolver } })));
      return (endpoints as { group: string; url: string }[]).find(({ group }) => group === "dns")?.url;
    };
    assert.deepEqual(["9.9.9.9", "192.0.2.53:5353", "2620:fe::fe", "[2620:fe::fe]:5353"].map(asked), [
      "9.9.9.9:53",
      "192.0.2.53:5353",
      "[2620:fe::fe]:53",
      "[2620:fe::fe]:5353",
    ]);
  });

  test("is the server's ssh port, which is all that the least config has", () => {
    const ssh = checks.find(({ kind }) => kind === "ssh");
    assert.ok(ssh?.kind === "ssh");
    assert.deepEqual([ssh.host, ssh.port], ["web.example.org", 2222]);
    assert.deepEqual(
      watchChecks(configWith()).map(({ kind }) => kind),
      ["ssh"],
    );
  });
});

describe("what is looked at of a server behind a jump host", () => {
  test("is not its own address, which nobody outside reaches", () => {
    const jump = { address: "bastion.example.org", hostKey: hosts.web.hostKey };
    const checks = watchChecks(configWith({ ...values, hosts: { web: { ...values.hosts.web, jump } } }));
    assert.deepEqual(
      checks.filter(({ group }) => group !== "services" && group !== "certificates").map(({ name }) => name),
      ["shop.example.org", "example.org"],
    );
  });
});

describe("the watch for Gatus", () => {
  type Endpoint = { name: string; group: string; alerts: { type: string }[] };

  test("has every look, told both ways", () => {
    const { endpoints } = parse(gatusYaml(config)) as { endpoints: Endpoint[] };
    const key = ({ group, name }: { group: string; name: string }) => `${group}/${name}`;
    assert.deepEqual(endpoints.map(key), watchChecks(config).map(key));
    for (const { alerts } of endpoints)
      assert.deepEqual(
        alerts.map(({ type }) => type),
        ["custom", "email"],
      );
  });

  test("holds no secret but in its second file", () => {
    const open = [
      gatusYaml(config),
      JSON.stringify(kumaList(config)),
      watchTable(config),
      gatusQuadlet(config.watch, "1"),
    ];
    assert.doesNotMatch(open.join(), /swordfish/);
    const secrets = gatusSecretsYaml(config);
    for (const secret of ["swordfish-of-mail", "swordfish-of-hook", "hook.example.org/swordfish", "-of-beat"])
      assert.ok(secrets.includes(secret), secret);
  });

  test("has the mail server of the alerts, unless it has one of its own", () => {
    const mail = (config: ReturnType<typeof configWith>) => parse(gatusSecretsYaml(config)).alerting.email;
    assert.deepEqual(mail(config), {
      ...{ from: "watch@example.org", to: "ops@example.org,boss@example.org" },
      ...{ host: "mail.example.org", port: 587, username: "watchpost", password: "swordfish-of-mail" },
    });
    const smtp = { host: "[2001:db8::25]:25", from: "else@example.org" };
    assert.deepEqual(mail(configWith({ ...values, watch: { ...values.watch, smtp } })), {
      ...{ from: "else@example.org", to: "ops@example.org,boss@example.org", host: "[2001:db8::25]", port: 25 },
    });
  });

  test("waits for no heartbeat where none is sent", () => {
    const { heartbeat: _none, ...alerting } = values.alerting;
    assert.ok(!("external-endpoints" in parse(gatusSecretsYaml(configWith({ ...values, alerting })))));
  });

  test("is rootless on the loopback, with a secret that is a file", () => {
    const { watch } = configWith({ watch: { listen: "[::1]:9000" } });
    const quadlet = gatusQuadlet(watch, "0123abcd");
    for (const line of [
      "PublishPort=[::1]:9000:8080",
      "DropCapability=ALL",
      "ReadOnly=true",
      "Image=0123abcd",
      "Secret=watchpost-gatus,type=mount,target=/config/secrets.yaml,mode=0400",
    ])
      assert.ok(quadlet.split("\n").includes(line), line);
    assert.doesNotMatch(quadlet, /HealthCmd|Notify=healthy/);
  });
});

describe("the watch for others", () => {
  test("is a list of monitors for Uptime Kuma, with a push monitor for the heartbeat", () => {
    const monitors = kumaList(config);
    assert.deepEqual(
      monitors.map(({ type, name }) => `${type} ${name}`),
      [
        ...["http services/shop", "http services/intranet", "http services/grafana", "port host/web ssh"],
        ...["dns dns/web.example.org", "dns dns/shop.example.org", "dns dns/example.org", "push watchpost/heartbeat"],
      ],
    );
    const [shop, intranet] = monitors;
    assert.deepEqual([shop?.expiryNotification, intranet?.expiryNotification], [true, false]);
    assert.equal(monitors.at(-1)?.interval, 600);
    assert.match(monitors.at(-1)?.pushUrl ?? "", /\/api\/push\/TOKEN\?status=up/);
  });

  test("is a table with a row for each look and the heartbeat", () => {
    const rows = watchTable(config).trimEnd().split("\n");
    assert.equal(rows.length, 2 + watchChecks(config).length + 1);
    assert.equal(new Set(rows.map((row) => row.split(" | ").length)).size, 1);
    assert.ok(rows.includes("| services/shop | HTTP | https://shop.example.org/ | status below 400 within 5s | 1m |"));
    assert.ok(rows.includes("| host/web ssh | TCP | web.example.org:2222 | an answer to an SSH greeting | 1m |"));
  });
});
