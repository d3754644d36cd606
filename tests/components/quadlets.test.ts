import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { podConfigs } from "../../components/pod/configs.ts";
import { dataVolume, type PodContainer, podQuadlet, volumeQuadlet } from "../../components/pod/containers.ts";
import { renderQuadlet } from "../../components/quadlet.ts";
import { splitHostPort } from "../../config/host-port.ts";
import { enabled } from "../../config/listen.ts";
import { configs, containerTexts, imageId } from "./containers.ts";
import { QuadletText } from "./quadlet-text.ts";

/** What a container may have beside nothing, and why it takes that. */
const capabilities: Record<string, string[]> = {
  // journals of all users, and file systems wherever they are mounted
  alloy: ["CAP_DAC_READ_SEARCH"],
};

for (const [what, config] of Object.entries(configs)) {
  describe(`the containers with ${what}`, () => {
    for (const [name, text] of Object.entries(containerTexts(config))) {
      const quadlet = new QuadletText(text);
      const volumes = quadlet.all("Container.Volume").map((volume) => volume.split(":"));

      test(`${name} runs the image that was brought, and never another`, () => {
        assert.equal(quadlet.one("Container.Image"), imageId);
        assert.equal(quadlet.one("Container.Pull"), "never");
      });

      test(`${name} may do no more than it has to`, () => {
        assert.equal(quadlet.one("Container.DropCapability"), "ALL");
        assert.deepEqual(
          (quadlet.one("Container.AddCapability") ?? "").split(" ").filter(Boolean),
          capabilities[name] ?? [],
        );
        assert.equal(quadlet.one("Container.NoNewPrivileges"), "true");
        assert.equal(quadlet.one("Container.ReadOnly"), "true");
        assert.doesNotMatch(text, /--privileged|--cap-add|seccomp=unconfined/);
      });

      test(`${name} is not root on the host`, () => {
        // rootless, or root in the pod's own user namespace; the agent has a user of its own
        if (name === "alloy")
          assert.deepEqual([quadlet.one("Container.User"), quadlet.one("Container.Group")], ["991", "992"]);
      });

      test(`${name} is bounded in memory as the config says`, () => {
        assert.equal(quadlet.one("Service.MemoryMax"), config[name as "loki"].memory);
      });

      test(`${name} writes to its own data volume only`, () => {
        const writable = volumes.filter(([, , options = ""]) => !options.split(",").includes("ro"));
        assert.deepEqual(
          writable.map(([source]) => source),
          [`${dataVolume(name as PodContainer)}.volume`],
        );
      });

      test(`${name} publishes nothing by itself`, () => {
        assert.deepEqual(quadlet.all("Container.PublishPort"), []);
        assert.equal(quadlet.one("Container.Network"), name === "alloy" ? "host" : undefined);
        assert.equal(quadlet.one("Container.Pod"), name === "alloy" ? undefined : "watchpost.pod");
      });

      test(`${name} counts as started once it is healthy, and is restarted when it is not`, () => {
        assert.equal(quadlet.one("Container.Notify"), "healthy");
        assert.equal(quadlet.one("Container.HealthOnFailure"), "kill");
        assert.equal(quadlet.one("Service.Restart"), "always");
        for (const key of ["Container.HealthCmd", "Container.HealthStartupCmd"]) {
          const command: unknown = JSON.parse(quadlet.one(key) ?? "");
          assert.ok(Array.isArray(command) && command.every((part) => typeof part === "string" && part !== ""), key);
        }
      });

      test(`${name} logs to the journal, and starts at boot`, () => {
        const root = name === "alloy" || config.pod.user === "root";
        assert.equal(quadlet.one("Container.LogDriver"), "journald");
        assert.equal(quadlet.one("Install.WantedBy"), root ? "multi-user.target" : "default.target");
      });

      test(`${name}'s quadlet holds no secret`, () => assert.doesNotMatch(text, /swordfish/));

      if (name === "alloy") continue;
      test(`${name} sees the folders that its config is put in`, () => {
        const { files } = podConfigs[name as PodContainer](config, []);
        for (const { path } of files)
          assert.ok(
            volumes.some(([source = "", , options]) => path.startsWith(`${source}/`) && options === "ro"),
            path,
          );
      });
    }
  });

  test(`the pod with ${what} publishes each container on the host's loopback, and nothing else`, () => {
    const containers = enabled(config).filter((name) => name !== "alloy");
    const published = new QuadletText(podQuadlet(config, containers)).all("Pod.PublishPort");
    const wanted = containers.map((name) => splitHostPort(config[name].listen));
    const seen = published.map((value) => /^(.+):(\d+):(\d+)$/.exec(value) ?? assert.fail(value));
    assert.deepEqual(
      seen.map(([, , port]) => Number(port)),
      wanted.map(({ port }) => port),
    );
    for (const [, address = ""] of seen) assert.match(address, /^(127\.\d+\.\d+\.\d+|\[::1\])$/);
    assert.equal(new Set(seen.map(([, , , inside]) => inside)).size, containers.length);
  });
}

test("Alloy answers where the config says, on loopback only", () => {
  for (const config of Object.values(configs)) {
    const exec = new QuadletText(containerTexts(config).alloy ?? "").one("Container.Exec");
    assert.ok(exec?.includes(` --server.http.listen-addr=${config.alloy.listen} `), exec);
  }
});

test("a data volume has a name of its own, so that it outlives the container", () => {
  const names = (["prometheus", "loki", "grafana"] as const).map((name) =>
    new QuadletText(volumeQuadlet(name)).one("Volume.VolumeName"),
  );
  assert.deepEqual(names, ["watchpost-prometheus-data", "watchpost-loki-data", "watchpost-grafana-data"]);
});

describe("a quadlet is written", () => {
  test("in the order given, with a key once a value and none for undefined", () => {
    const text = renderQuadlet({ B: { Two: ["x", "y"], One: 1, None: undefined, Yes: true }, Left: undefined, A: {} });
    assert.equal(text, "[B]\nTwo=x\nTwo=y\nOne=1\nYes=true\n\n[A]\n");
  });
});
