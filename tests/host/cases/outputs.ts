import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import type { Outputs } from "../../../components/outputs.ts";
import type { Rig } from "../rig.ts";

/** A program of another project on the same backend, as an owner of dashboards or agents would write it. */
const reader = (stackName: string) => async () => {
  const watchpost = new pulumi.StackReference(`organization/watchpost/${stackName}`);
  const read = <Key extends keyof Outputs>(key: Key) =>
    watchpost.requireOutput(key) as pulumi.Output<pulumi.Unwrap<Outputs[Key]>>;
  return {
    push: read("lokiPushUrl"),
    write: read("prometheusRemoteWriteUrl"),
    unit: read("unitNames").apply(({ loki }) => loki),
    digest: read("imageDigests").apply(({ prometheus }) => prometheus),
    source: read("dataSourceUids").apply(({ loki }) => loki),
    host: read("host").apply(({ address }) => address),
    password: read("grafanaAdminPassword"),
  };
};

/** What other programs read of a stack. */
export const outputs = (rig: Rig): void => {
  test("are read by a program of another project through a StackReference", async () => {
    const workDir = join(rig.folder, "reader");
    await mkdir(workDir, { recursive: true });
    const { envVars } = rig.stack.stack.workspace;
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "reader", projectName: "reader", program: reader(rig.name) },
      { workDir, envVars },
    );

    const { outputs } = await stack.up();

    const { password, digest, ...values } = Object.fromEntries(
      Object.entries(outputs).map(([key, { value, secret }]) => [key, secret ? { secret: value } : value]),
    );
    assert.deepEqual(values, {
      push: "http://127.0.0.1:3100/loki/api/v1/push",
      write: "http://127.0.0.1:9090/api/v1/write",
      unit: "watchpost-loki.service",
      source: "watchpost-loki",
      host: rig.host.address,
    });
    const image = await rig.guest.pod("podman inspect --format '{{.ImageDigest}}' watchpost-prometheus");
    assert.equal(digest, image, "the digest of what runs");
    assert.match(password.secret, /^\w{32}$/, "a secret stays one");
  });
};
