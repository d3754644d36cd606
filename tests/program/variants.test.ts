import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ConfigError } from "../../config/errors.ts";
import { hosts } from "../config/sample.ts";
import { type Deployed, deploy, plainly, secretsIn } from "./deploy.ts";
import { count, of, units } from "./resources.ts";

const privateKey = "-----BEGIN OPENSSH PRIVATE KEY-----\nswordfish\n-----END OPENSSH PRIVATE KEY-----\n";

describe("the program", () => {
  test("leaves Grafana out where it is disabled", async () => {
    const stack = await deploy({ grafana: { enabled: false } });
    assert.doesNotMatch(stack.resources.map(({ name }) => name).join(), /grafana/);
    assert.deepEqual(
      [count(stack).PodmanSecret, count(stack).RandomPassword, count(stack).SystemdUnit],
      [undefined, undefined, 8],
    );
    assert.equal(stack.outputs.grafanaUrl, null);
    const { unitNames, ...outputs } = stack.outputs;
    assert.ok(!("grafanaAdminPassword" in outputs) && !("grafanaBreakGlass" in outputs) && !("grafana" in unitNames));
  });

  test("lets everybody on the host in where the config says so", async () => {
    const stack = await deploy({ access: { open: true } });
    assert.deepEqual([count(stack).LocalAccess, count(stack).HostFile], [undefined, 1]);
    assert.equal(of(stack, "Preflight")[0]?.inputs.nftables, undefined);
    assert.equal(stack.outputs.unitNames.access, undefined);
  });

  test("makes no user for root's pod, and one for Alloy", async () => {
    const stack = await deploy({ pod: { user: "root" } });
    assert.deepEqual(
      of(stack, "ServiceUser").map(({ inputs }) => inputs.user),
      ["watchpost-alloy"],
    );
    const users = [
      ...of(stack, "PodmanImage"),
      ...of(stack, "SystemdUnit"),
      ...of(stack, "PodmanSecret"),
      ...of(stack, "Preflight"),
    ];
    assert.deepEqual(new Set(users.map(({ inputs }) => inputs.user)), new Set([""]));
    assert.equal(stack.outputs.serviceUser, "root");
  });

  test("deletes the data with the stack where the config says so", async () => {
    const stack = await deploy({ deleteData: "true" });
    const volumes = units(stack).flatMap(({ deleteVolumes }) => deleteVolumes);
    assert.deepEqual(
      volumes.sort(),
      ["alloy", "grafana", "loki", "prometheus"].map((name) => `watchpost-${name}-data`),
    );
    assert.equal(of(stack, "ServiceUser")[0]?.inputs.keepData, false);
  });

  test("shows a public address of Grafana, and takes images from archives", async () => {
    const rootUrl = "https://grafana.example.org/";
    const stack = await deploy({
      grafana: { rootUrl },
      loki: { archive: "loki.tar" },
      prometheus: { digest: `sha256:${"0".repeat(64)}` },
    });
    assert.equal(stack.outputs.grafanaUrl, rootUrl);
    const images = Object.fromEntries(of(stack, "PodmanImage").map(({ name, inputs }) => [name, inputs]));
    assert.equal(images["web-loki-image"]?.archive, "loki.tar");
    assert.equal(images["web-prometheus-image"]?.digest, `sha256:${"0".repeat(64)}`);
  });

  test("shows each scrape job with its targets, at one resource a job", async () => {
    const targets = Array.from({ length: 1000 }, (_, index) => `10.0.${index >> 8}.${index & 255}:9100`);
    const few = await deploy({ scrape: { far: { targets: targets.slice(0, 1) } } });
    const many = await deploy({ scrape: { far: { targets: [...targets, "127.0.0.1:9300"] } } });
    assert.deepEqual(count(many), count(few));
    const job = of(many, "ScrapeJob").find(({ inputs }) => inputs.job === "far");
    assert.equal((job?.inputs.addresses as string[]).length, 1001);
    assert.deepEqual([...(job?.inputs.scrapedBy as string[])].sort(), ["alloy", "prometheus"]);
  });

  test("keeps secrets marked wherever they go", async () => {
    const adminPassword = "swordfish-of-grafana";
    const stack = await deploy({ hosts: { web: { ...hosts.web, privateKey } }, grafana: { adminPassword } });
    assert.doesNotMatch(plainly(stack.resources), /swordfish/);
    const holders = stack.resources
      .filter(({ inputs }) => secretsIn(inputs).includes("swordfish"))
      .map(({ type }) => type.split(":").at(-1));
    assert.deepEqual(holders.sort(), ["Command", "Command", "PodmanSecret", "grafana", "pulumi-nodejs"]);
    assert.deepEqual(stack.secretOutputs, ["grafanaAdminPassword"]);
  });

  test("becomes root by sudo for the proof too, where it logs in as another user", async () => {
    const commands = async (user: string) =>
      of(await deploy({ hosts: { web: { ...hosts.web, privateKey, user } } }), "Command").map(
        ({ inputs }) => inputs.create as string,
      );
    for (const command of await commands("root")) assert.doesNotMatch(command, /sudo/);
    for (const command of await commands("deploy")) assert.match(command, /^env LC_ALL=C sudo -n -- \/bin\/bash /);
  });

  test("declares nothing where the config is wrong", async () => {
    const resources: Deployed["resources"] = [];
    await assert.rejects(deploy({ loki: { listen: "0.0.0.0:3100" } }, resources), ConfigError);
    assert.deepEqual(resources, []);
  });
});
