import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { addressOf } from "../../providers/host.ts";
import { hostKey, hosts } from "../config/sample.ts";
import { type Deployed, deploy, plainly, secretsIn } from "./deploy.ts";
import { of } from "./resources.ts";

const grafana = { enabled: true };
const jump = [
  { address: "bastion.example.org", user: "ops", hostKey },
  { address: "10.0.0.1", port: 2222, hostKey, privateKey: "swordfish-of-the-jump-host" },
];
const hostOf = ({ resources }: Deployed) => resources.find(({ type }) => type === "pulumi:providers:pulumi-nodejs");
const typesOf = ({ resources }: Deployed) => resources.map(({ type }) => type.split(":").at(-1) ?? "");

describe("a host behind jump hosts", () => {
  test("is what it was where it has none", async () => {
    const stack = await deploy({ grafana, hosts: { web: { ...hosts.web, privateKey: "a key" } } });
    assert.deepEqual(Object.keys(hostOf(stack)?.inputs ?? {}).sort(), [
      ...["host:address", "host:key", "host:name", "host:port", "host:privateKey", "host:stack", "host:user"],
    ]);
    assert.ok(!typesOf(stack).includes("HostCommand"));
  });

  test("hands the way on, its private keys secret", async () => {
    const stack = await deploy({ grafana, hosts: { web: { ...hosts.web, jump } } });
    assert.doesNotMatch(plainly(stack.resources), /swordfish/);
    const inputs = hostOf(stack)?.inputs ?? {};
    const [way = ""] = JSON.parse(secretsIn(inputs)) as string[];
    const config = { get: (key: string) => (key === "host:jump" ? way : undefined), require: () => "22" };
    assert.deepEqual(addressOf(config as never).jump, [
      { port: 22, ...jump[0] },
      { user: "root", ...jump[1] },
    ]);
  });

  test("is no secret where no private key is in it", async () => {
    const stack = await deploy({ hosts: { web: { ...hosts.web, jump: { address: "bastion", hostKey } } } });
    const way = hostOf(stack)?.inputs["host:jump"];
    assert.deepEqual(JSON.parse(way as string), [{ address: "bastion", port: 22, user: "root", hostKey }]);
  });

  const ways = { "behind a jump host": { jump, privateKey: "a key" }, "that an ssh agent logs in to": {} };
  for (const [which, way] of Object.entries(ways))
    test(`has its steps run over the provider's connection: one ${which}`, async () => {
      const stack = await deploy({ grafana, hosts: { web: { ...hosts.web, ...way } } });
      assert.ok(!typesOf(stack).includes("Command"));
      const commands = of(stack, "HostCommand");
      assert.deepEqual(commands.map(({ name }) => name).sort(), [
        "web-canary-proof",
        "web-grafana-code-access-leftovers",
      ]);
      for (const { provider } of commands) assert.match(provider, /pulumi-nodejs::web::/);
    });
});
