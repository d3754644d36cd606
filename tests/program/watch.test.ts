import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { heartbeatPath } from "../../components/uptime-watch/heartbeat.ts";
import { hosts } from "../config/sample.ts";
import { type Deployed, deploy, plainly, secretsIn } from "./deploy.ts";
import { of, units } from "./resources.ts";

const values = {
  hosts: { ...hosts, outside: { ...hosts.web, address: "192.0.2.20", role: "watch" } },
  alerting: {
    contactPoints: { hook: { webhook: { url: "https://hook.example.org/" } } },
    heartbeat: { url: `https://watch.example.org${heartbeatPath}`, token: "swordfish-of-heartbeat" },
  },
  watch: { webhook: { url: "https://hook.example.org/", token: "swordfish-of-hook" } },
};

describe("the program with a host that watches", () => {
  let stack: Deployed;
  before(async () => {
    stack = await deploy(values);
  });
  const outside = () => stack.resources.filter(({ name }) => name.startsWith("outside-uptime-watch-"));

  test("puts there what it puts elsewhere, by the same means", () => {
    const kinds = outside().map(({ type }) => type.split(":").at(-1));
    assert.deepEqual(kinds.sort(), ["PodmanImage", "PodmanSecret", "Preflight", "ServiceUser", "SystemdUnit"]);
    for (const { provider, name } of outside()) assert.match(provider, /pulumi-nodejs::outside::/, name);
    const gatus = units(stack).find(({ unit }) => unit === "watchpost-gatus.service");
    assert.equal(gatus?.user, "watchpost", "rootless");
  });

  test("has nothing of the server go through that host", () => {
    const server = stack.resources.filter(({ name, type }) => name.startsWith("web") && type.includes("dynamic/"));
    for (const { provider, name } of server) assert.match(provider, /pulumi-nodejs::web::/, name);
  });

  test("keeps its tokens marked secret, in resources and outputs", () => {
    assert.doesNotMatch(plainly(stack.resources), /swordfish/);
    const holders = outside().filter(({ inputs }) => secretsIn(inputs).includes("swordfish"));
    assert.deepEqual(
      holders.map(({ type }) => type.split(":").at(-1)),
      ["PodmanSecret"],
    );
    assert.ok(stack.secretOutputs.includes("uptimeWatchSecrets"));
    assert.doesNotMatch(JSON.stringify(stack.outputs.uptimeWatch), /swordfish/);
  });

  test("gives the same as files to those who have no such host", async () => {
    const { outputs } = await deploy({ ...values, hosts });
    assert.deepEqual(outputs.uptimeWatch, stack.outputs.uptimeWatch);
    assert.equal(outputs.uptimeWatchSecrets, stack.outputs.uptimeWatchSecrets);
  });

  test("gives no secret where nobody is told", async () => {
    assert.ok(!("uptimeWatchSecrets" in (await deploy()).outputs));
  });

  test("makes its own user where it is told so", async () => {
    const { resources } = await deploy({ ...values, watch: { ...values.watch, user: "gatus", home: "/srv/gatus" } });
    const user = of({ ...stack, resources }, "ServiceUser").find(({ name }) => name.startsWith("outside"));
    assert.deepEqual([user?.inputs.user, user?.inputs.home], ["gatus", "/srv/gatus"]);
  });
});
