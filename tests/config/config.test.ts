import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { serverOf } from "../../config/config.ts";
import { readConfig } from "../../config/read.ts";
import { configWith, hostKey, hosts, raw } from "./sample.ts";

describe("a config that only names its host", () => {
  const config = configWith();

  test("reaches it as root on port 22, as the server", () => {
    assert.deepEqual(serverOf(config), {
      name: "web",
      address: "192.0.2.10",
      hostKey,
      port: 22,
      user: "root",
      role: "server",
    });
  });

  test("runs the pod rootless", () => assert.equal(config.pod.user, "watchpost"));

  test("listens on loopback only, each on a port of its own", () => {
    const listens = [config.prometheus, config.loki, config.grafana, config.alloy].map(({ listen }) => listen);
    assert.ok(
      listens.every((listen) => listen.startsWith("127.0.0.1:")),
      listens.join(),
    );
    assert.equal(new Set(listens).size, 4);
  });

  test("has images of exact versions", () => {
    for (const { image } of [config.prometheus, config.loki, config.grafana, config.alloy])
      assert.match(image, /:v?\d+\.\d+\.\d+$/);
  });

  test("bounds whatever grows", () => {
    const { prometheus, loki, journal } = config;
    assert.ok(
      prometheus.retention.time && prometheus.retention.size && loki.retention && journal.maxSize && journal.maxAge,
    );
    assert.ok([prometheus, loki, config.grafana, config.alloy].every(({ memory }) => /^\d+[MG]$/.test(memory)));
  });

  test("scrapes nothing but the stack, and keeps the data on destroy", () => {
    assert.deepEqual([config.scrape, config.deleteData, config.grafana.enabled], [{}, false, true]);
  });
});

describe("config as the engine gives it", () => {
  test("defaults fill in what a section leaves out", () => {
    const { retention, memory } = configWith({ prometheus: { retention: { time: "7d" } } }).prometheus;
    assert.deepEqual({ ...retention, memory }, { ...configWith().prometheus.retention, memory: "1G", time: "7d" });
  });

  test("true and false may come as text", () => assert.equal(configWith({ deleteData: "true" }).deleteData, true));

  test("numbers with a point may come as text, as the command line keeps them", () => {
    const { thresholds } = configWith({
      alerting: { thresholds: { fileSystemFree: "0.2", certificateExpires: 7 } },
    }).alerting;
    assert.deepEqual(thresholds, { fileSystemFree: 0.2, certificateExpires: 7 });
  });

  test("a mistake is all that the engine shows: no stack, and none of its own inspection", () => {
    assert.throws(
      () => readConfig({}),
      (error: Error) => pulumi.RunError.isInstance(error) && error.stack === `ConfigError: ${error.message}`,
    );
  });

  test("keys of other programs and providers are left alone", () => {
    const others = { "pulumi:disable-default-providers": '["*"]', "aws:region": "eu-central-1", "other:hosts": "{}" };
    assert.doesNotThrow(() => readConfig({ ...raw({ hosts }), ...others }));
  });

  test("IPv6 and names are addresses too", () => {
    const config = configWith({
      hosts: { web: { ...hosts.web, address: "2001:db8::1" } },
      loki: { listen: "[::1]:3100" },
      alloy: { listen: "localhost:12345" },
      scrape: { far: { targets: ["[2001:db8::2]:9100", "db.example.org:9187"] } },
    });
    assert.equal(config.scrape.far?.targets.length, 2);
  });

  test("users and units may have the names that hosts have", () => {
    const users = ["jürgen", "CORP\\jane", "alice@corp.example", "John.Doe", "svc_backup-1", "host$", "山田", "_x"];
    for (const user of users) {
      const config = configWith({
        hosts: { web: { ...hosts.web, user } },
        services: { shop: { user } },
        logs: { drop: { pings: { user, match: "ping" } } },
        grafana: {
          rootUrl: "https://b.example/",
          login: { url: "https://a.example/", blueprintFile: { path: "/srv/b.yaml", owner: `${user}:${user}` } },
        },
      });
      assert.equal(config.hosts.web?.user, user);
    }
    const units = ["systemd-fsck@dev-disk-by\\x2dlabel-data.service", "wg-quick@my\\x2dvpn.service"];
    assert.deepEqual(configWith({ services: { vpn: { units } } }).services.vpn?.units, units);
  });

  test("a jump host may stand by itself or in a list", () => {
    const jump = { address: "bastion.example.org", hostKey };
    const read = (jump: unknown) => configWith({ hosts: { web: { ...hosts.web, jump } } }).hosts.web?.jump;
    const expected = { ...jump, port: 22, user: "root" };
    assert.deepEqual(read(jump), [expected]);
    assert.deepEqual(read([jump, { ...jump, user: "ops", port: 2222 }]), [
      expected,
      { ...jump, user: "ops", port: 2222 },
    ]);
  });

  test("the same port is free for another job's path", () => {
    const targets = ["127.0.0.1:9901"];
    assert.doesNotThrow(() => configWith({ scrape: { envoy: { targets, path: "/stats" }, app: { targets } } }));
  });

  test("a port of Grafana's is free while it is disabled", () => {
    assert.doesNotThrow(() => configWith({ grafana: { enabled: false }, alloy: { listen: "127.0.0.1:3000" } }));
  });
});
