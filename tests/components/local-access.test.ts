import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { portList, portsOf, warningOf } from "../../components/access/ports.ts";
import { configWith } from "../config/sample.ts";

const program = resolve(import.meta.dirname, "../../components/access/load.sh");

describe("who may connect to the stack's ports", () => {
  const listOf = (values: Record<string, unknown>, login = "root") => portList(portsOf(configWith(values), login));

  test("root, who has the port, the pod's user and who logs in by ssh", () => {
    const list =
      "9090 watchpost watchpost-alloy deploy\n3100 watchpost watchpost-alloy deploy\n3000 watchpost deploy\n12345 watchpost-alloy watchpost deploy\n";
    assert.equal(listOf({}, "deploy"), list);
  });

  test("and who is named, by name or id, or proxies Grafana", () => {
    const services = {
      envoy: { user: "envoy", metrics: { kind: "envoy", targets: ["127.0.0.1:9901"] } },
      shop: { user: "shop", metrics: { targets: ["127.0.0.1:8081"] } },
    };
    const access = { grafana: ["caddy", "101"], loki: ["shop"] };
    assert.equal(
      listOf({ services, access, loki: { listen: "127.0.0.1:3200" } }),
      "9090 watchpost watchpost-alloy\n3200 watchpost watchpost-alloy shop\n3000 watchpost envoy caddy 101\n12345 watchpost-alloy watchpost\n",
    );
  });

  test("a proxy that nobody names is warned of", () => {
    const grafana = { rootUrl: "https://grafana.example.org/" };
    const envoy = { envoy: { user: "envoy", metrics: { kind: "envoy", targets: ["127.0.0.1:9901"] } } };
    assert.match(warningOf(configWith({ grafana })) ?? "", /access\.grafana names nobody/);
    for (const more of [{ access: { grafana: ["caddy"] } }, { services: envoy }, { access: { open: true } }])
      assert.equal(warningOf(configWith({ grafana, ...more })), undefined);
    assert.equal(warningOf(configWith()), undefined);
  });

  test("root's pod is root's", () => {
    assert.equal(
      listOf({ pod: { user: "root" }, grafana: { enabled: false } }),
      "9090 root watchpost-alloy\n3100 root watchpost-alloy\n12345 watchpost-alloy\n",
    );
  });
});

const nft = spawnSync("nft", ["--version"]).error ? "nft is not installed here" : false;

describe("load.sh", () => {
  /** The ruleset that it gives to nft. */
  const rulesetOf = async (list: string) => {
    const folder = await mkdtemp(join(tmpdir(), "watchpost-access-"));
    try {
      await writeFile(join(folder, "nft"), `#!/bin/sh\ncat >'${folder}/ruleset'\n`);
      await chmod(join(folder, "nft"), 0o755);
      await writeFile(join(folder, "ports"), list);
      const env = { PATH: `${folder}:${process.env.PATH}` };
      execFileSync("sh", [program, "load", join(folder, "ports")], { env, stdio: "ignore" });
      return await readFile(join(folder, "ruleset"), "utf8");
    } finally {
      await rm(folder, { recursive: true });
    }
  };

  test("a user who is not there is nobody, and a port without its owner answers nobody", async () => {
    const ruleset = await rulesetOf("3000 root no-such-user 101\n3100 no-such-user\n");
    assert.match(ruleset, /dport 3000 .* meta skuid != \{ 0, 0, 101 \} reject/);
    assert.match(ruleset, /sport 3000 .* meta skuid != 0 drop/);
    assert.match(ruleset, /dport 3100 .* meta skuid != \{ 0 \} reject/);
    assert.match(ruleset, /sport 3100 tcp flags & \(syn \| ack\) == \(syn \| ack\) {2}drop/);
  });

  test("nft takes it", { skip: nft }, async () => {
    const ruleset = await rulesetOf("3000 root 101\n3100 no-such-user\n");
    const { status, stderr } = spawnSync("unshare", ["--net", "nft", "--check", "--file", "-"], { input: ruleset });
    assert.equal(status, 0, stderr.toString());
  });
});
