import assert from "node:assert/strict";
import { test } from "node:test";
import { parseReference, versionOf } from "../../toolchain/image-reference.ts";
import { ensureImages } from "../../toolchain/images.ts";
import { ldconfigPaths, lddPaths } from "../../toolchain/libraries.ts";

test("an image reference is taken apart", () => {
  assert.deepEqual(parseReference("docker.io/grafana/loki:3.7.8"), {
    registry: "docker.io",
    repository: "grafana/loki",
    tag: "3.7.8",
  });
  const digest = `sha256:${"0".repeat(64)}`;
  assert.deepEqual(parseReference(`localhost:5000/prom/prometheus:v3.16.0@${digest}`), {
    registry: "localhost:5000",
    repository: "prom/prometheus",
    tag: "v3.16.0",
    digest,
  });
  assert.throws(() => parseReference("grafana/loki"), /"grafana\/loki" is no full image reference: expected/);
});

test("the version of a reference is its tag without the v", () => {
  assert.equal(versionOf("docker.io/grafana/alloy:v1.11.0"), "1.11.0");
  assert.equal(versionOf("docker.io/x/y:vanilla"), "vanilla");
});

test("a given archive that cannot be used is missing, with the reason", async () => {
  const wanted = [{ name: "grafana" as const, reference: "docker.io/grafana/grafana:12.4.0" }];
  const [image] = await ensureImages(wanted, { grafana: "/nowhere/grafana.tar" });
  assert.ok(image && "missing" in image);
  assert.equal(image.missing, "the image given for grafana cannot be used: there is no file /nowhere/grafana.tar");
});

test("libraries are read from what ldd and ldconfig print", () => {
  const ldd = `	linux-vdso.so.1 (0x00007f24)
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f24)
	/lib64/ld-linux-x86-64.so.2 (0x00007f24)
`;
  assert.deepEqual(lddPaths(ldd), ["/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"]);
  const ldconfig = `2 libs found in cache
	libcap.so.2 (libc6,x86-64) => /lib/x86_64-linux-gnu/libcap.so.2
	libcap.so.2 (libc6) => /lib/i386-linux-gnu/libcap.so.2
`;
  assert.equal(ldconfigPaths(ldconfig).get("libcap.so.2"), "/lib/x86_64-linux-gnu/libcap.so.2");
});
