import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { type Deployed, deploy } from "./deploy.ts";
import { count, of, units } from "./resources.ts";

describe("the program with the least config", () => {
  let stack: Deployed;
  before(async () => {
    stack = await deploy();
  });

  test("declares these resources", () => {
    assert.deepEqual(count(stack), {
      "pulumi-nodejs": 1,
      Preflight: 1,
      Journald: 1,
      HostCollector: 1,
      HostFile: 3,
      ObservabilityPod: 1,
      ServiceUser: 2,
      RandomPassword: 1,
      PodmanSecret: 1,
      PodmanImage: 4,
      SystemdUnit: 9,
      LocalAccess: 1,
      AlloyContainer: 1,
      ScrapeTargets: 1,
      ScrapeJob: 4,
      Canary: 1,
      HostCommand: 2,
      GrafanaCode: 1,
      GrafanaAccess: 1,
      SshTunnel: 1,
      grafana: 1,
      Dashboards: 1,
      Folder: 1,
      Dashboard: 6,
      Alerting: 1,
      MessageTemplate: 3,
      RuleGroup: 7,
    });
  });

  test("names each after its host, once", () => {
    const names = stack.resources.map(({ type, name }) => `${type} ${name}`);
    assert.equal(new Set(names).size, names.length);
    for (const { name } of stack.resources) assert.match(name, /^web(-|$)/);
  });

  test("has everything on the host go through the one provider of that host", () => {
    for (const { type, provider, name } of stack.resources)
      assert.equal(
        type.startsWith("pulumi-nodejs:dynamic/"),
        provider.includes("pulumi:providers:pulumi-nodejs::web::"),
        name,
      );
  });

  test("gives these outputs", () => {
    const { uptimeWatch, ...outputs } = stack.outputs;
    assert.deepEqual(Object.keys(uptimeWatch), ["gatus", "kuma", "table"]);
    assert.deepEqual(outputs, {
      host: { name: "web", address: "192.0.2.10", port: 22 },
      lokiUrl: "http://127.0.0.1:3100",
      lokiPushUrl: "http://127.0.0.1:3100/loki/api/v1/push",
      prometheusUrl: "http://127.0.0.1:9090",
      prometheusRemoteWriteUrl: "http://127.0.0.1:9090/api/v1/write",
      grafanaUrl: "http://127.0.0.1:3000",
      alloyUrl: "http://127.0.0.1:12345",
      dataSourceUids: { loki: "watchpost-loki", prometheus: "watchpost-prometheus" },
      serviceUser: "watchpost",
      unitNames: {
        pod: "watchpost-pod.service",
        prometheus: "watchpost-prometheus.service",
        loki: "watchpost-loki.service",
        grafana: "watchpost-grafana.service",
        alloy: "watchpost-alloy.service",
        collector: "watchpost-collector.timer",
        cgroups: "watchpost-cgroups.service",
        journalRotation: "watchpost-journal-rotate.timer",
        access: "watchpost-access.service",
      },
      services: {},
      imageDigests: { prometheus: "sha256:4567", loki: "sha256:4567", grafana: "sha256:4567", alloy: "sha256:4567" },
      grafanaBreakGlass: { url: "http://127.0.0.1:3000/login?disableAutoLogin", user: "break-glass" },
      grafanaAdminPassword: "made-at-random",
    });
  });

  test("names in its outputs the units that it makes", () => {
    assert.deepEqual(
      Object.values(stack.outputs.unitNames).sort(),
      units(stack)
        .map(({ unit }) => unit)
        .sort(),
    );
  });

  test("runs the pod as the service user, all else as root", () => {
    const users = Object.fromEntries(units(stack).map(({ unit, user }) => [unit, user]));
    const {
      "watchpost-access.service": access,
      "watchpost-alloy.service": alloy,
      "watchpost-cgroups.service": cgroups,
      "watchpost-collector.timer": collector,
      "watchpost-journal-rotate.timer": rotation,
      ...pod
    } = users;
    assert.deepEqual([access, alloy, cgroups, collector, rotation], ["", "", "", "", ""]);
    assert.deepEqual(new Set(Object.values(pod)), new Set(["watchpost"]));
  });

  test("writes each file from one place", () => {
    const paths = [
      ...units(stack).flatMap(({ user, files }) =>
        files.map(({ path }) => `${path.startsWith("/") ? "" : user} ${path}`),
      ),
      ...of(stack, "HostFile").map(({ inputs }) => ` ${inputs.path}`),
    ];
    assert.equal(new Set(paths).size, paths.length, paths.join());
  });

  test("writes where root alone may", () => {
    const paths = [
      ...units(stack).flatMap(({ files }) => files.map(({ path }) => path).filter((path) => path.startsWith("/"))),
      ...of(stack, "HostFile").map(({ inputs }) => String(inputs.path)),
    ];
    assert.deepEqual(
      paths.filter((path) => !/^\/(etc|usr\/local\/libexec)\//.test(path)),
      [],
    );
  });

  test("deletes no data", () => {
    assert.deepEqual(
      units(stack).flatMap(({ deleteVolumes }) => deleteVolumes),
      [],
    );
    const users = of(stack, "ServiceUser").map(({ inputs }) => [inputs.user, inputs.keepData]);
    assert.deepEqual(users.sort(), [
      ["watchpost", true],
      ["watchpost-alloy", false],
    ]);
  });
});
