import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { versions as peers } from "../../bench/peers/venv.ts";
import { downloads } from "../../toolchain/downloads.ts";
import { requireModuleSum } from "../../toolchain/go-download.ts";
import { addedModules } from "../../toolchain/go-module.ts";
import { pullImage } from "../../toolchain/image-registry.ts";
import { findPlugin } from "../../toolchain/plugins.ts";
import { type Sums, sumsFile } from "../../toolchain/sums.ts";
import { download } from "../../toolchain/vendor.ts";
import { packages } from "../triage/small-model.ts";

const sums: Sums = JSON.parse(await readFile(sumsFile, "utf8"));

/** Nobody has computed these yet, so they are refused: `npm run sums` does where their vendors can be reached. */
const unknown = [
  "go:github.com/pulumi/pulumi-command/provider@v1.2.1",
  "https://get.pulumi.com/releases/plugins/pulumi-resource-command-v1.2.1-linux-amd64.tar.gz",
  "https://get.pulumi.com/releases/plugins/pulumi-resource-command-v1.2.1-linux-arm64.tar.gz",
  "https://get.pulumi.com/releases/plugins/pulumi-resource-random-v4.21.2-linux-amd64.tar.gz",
  "https://get.pulumi.com/releases/plugins/pulumi-resource-random-v4.21.2-linux-arm64.tar.gz",
  "https://github.com/pulumiverse/pulumi-grafana/releases/download/v2.40.0/pulumi-resource-grafana-v2.40.0-linux-amd64.tar.gz",
  "https://github.com/pulumiverse/pulumi-grafana/releases/download/v2.40.0/pulumi-resource-grafana-v2.40.0-linux-arm64.tar.gz",
  "image:docker.io/prom/prometheus:v3.16.0",
  "image:ghcr.io/twin/gatus:v5.35.0",
];

describe("the sums of downloads", () => {
  test("are there for everything that is downloaded, and for nothing else: npm run sums brings them up to date", () => {
    assert.deepEqual(Object.keys(sums).sort(), downloads(sums).sort());
  });

  test("are of the form of their kind", () => {
    const forms: [RegExp, RegExp][] = [
      [/^https:/, /^sha256:[0-9a-f]{64}$/],
      [/^image:/, /^sha256:[0-9a-f]{64}$/],
      [/^go:/, /^h1:[A-Za-z0-9+/]{43}=$/],
      [/^npm:/, /^sha512-[A-Za-z0-9+/]{86}==$/],
    ];
    for (const [name, sum] of Object.entries(sums))
      if (sum !== null) assert.match(sum, forms.find(([kind]) => kind.test(name))?.[1] ?? /^$/, name);
  });

  test("are unknown of these only", () => {
    const found = Object.keys(sums).filter((name) => sums[name] === null);
    assert.deepEqual(found, unknown.filter((name) => found.includes(name)).sort());
  });

  test("are asked for wherever something is fetched", async () => {
    const folder = join(import.meta.dirname, "../../toolchain");
    const unchecked = [];
    for (const name of await readdir(folder, { recursive: true }))
      if (/\.(ts|mjs)$/.test(name) && /\bfetch\(|downloadUnchecked\(/.test(await readFile(join(folder, name), "utf8")))
        unchecked.push(name);
    // vendor.ts checks, go.ts checks another sum, renew-sums.ts computes; Grafana's stand-in asks a Grafana on loopback
    assert.deepEqual(unchecked.sort(), ["go.ts", "renew-sums.ts", "stand-ins/grafana/reach.ts", "vendor.ts"]);
  });
});

/** A file on loopback, and how often it was asked for. */
const served = async (t: TestContext, content: string) => {
  let count = 0;
  const server = createServer((_, response) => {
    count += 1;
    response.end(content);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`, asked: () => count };
};

test("a file that is another than expected is refused", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "watchpost-sums-"));
  t.after(() => rm(folder, { recursive: true }));
  const { url } = await served(t, "evil");
  const sum = (content: string) => `sha256:${createHash("sha256").update(content).digest("hex")}`;
  await assert.rejects(download(url, join(folder, "file"), sum("good")), {
    message: `${url} is not the file expected: wanted ${sum("good")}, got ${sum("evil")}`,
  });
  await download(url, join(folder, "file"), sum("evil"));
});

describe("what has no sum is refused before it is asked for", () => {
  test("a file, whose server hears nothing", async (t) => {
    const { url, asked } = await served(t, "anything");
    await assert.rejects(download(url, "/nowhere/file"), {
      name: "UnknownSum",
      message: `${url} is refused: its sum is not in toolchain/sums.json (npm run sums adds it)`,
    });
    assert.equal(asked(), 0);
  });

  test("an image", async () => {
    const reference = "docker.io/watchpost/nothing:1";
    await assert.rejects(pullImage("nothing", reference), { name: "UnknownSum" });
  });

  test("a Go module, and one that is another than expected", () => {
    assert.throws(() => requireModuleSum("example.org/nothing@v1.0.0", "h1:x"), { name: "UnknownSum" });
    const [name = "", sum] = Object.entries(sums).find(([key, sum]) => key.startsWith("go:") && sum) ?? [];
    assert.doesNotThrow(() => requireModuleSum(name.slice(3), sum ?? ""));
    assert.throws(() => requireModuleSum(name.slice(3), "h1:x"), /is not the one expected: wanted h1:.*, got h1:x/);
  });

  test("a plugin: it is missing, and why is said", async (t) => {
    const plugin = await findPlugin("random");
    if ("file" in plugin) return t.skip("the random plugin is on this machine");
    assert.match(plugin.missing, /the random plugin 4\.21\.2 cannot be had: .*random-v4\.21\.2.* its sum is not in/);
  });
});

test("modules that a build has added to a go.sum are found", () => {
  const before = "a v1 h1:a=\na v1/go.mod h1:m=\n";
  const after = "a v1 h1:a=\na v1/go.mod h1:m=\nb v2 h1:b=\nb v2/go.mod h1:n=\nc v3/go.mod h1:o=\n";
  assert.deepEqual(addedModules(before, after), [{ path: "b@v2", sum: "h1:b=" }]);
});

describe("Python packages", () => {
  const folder = join(import.meta.dirname, "../..");
  const files: [string, string[]][] = [
    ["bench/peers/requirements.txt", Object.entries(peers).map(([name, version]) => `${name}==${version}`)],
    ["tests/triage/server-requirements.txt", [packages[0].replace("[server]", "")]],
    ["tests/triage/model-requirements.txt", [packages[1]]],
  ];
  for (const [file, wanted] of files)
    test(`of ${file} have the wanted versions, and a hash each`, async () => {
      const text = (await readFile(join(folder, file), "utf8")).replaceAll(/\s*\\\n\s*/g, " ");
      const lines = text.split("\n").filter((line) => line && !line.startsWith("#"));
      for (const line of lines) assert.match(line, /^[\w.[\]-]+==\S+( ; .*?)?( --hash=sha256:[0-9a-f]{64})+$/);
      const names = lines.map((line) => line.split(" ")[0]?.replace(/\[.*\]/, ""));
      for (const each of wanted) assert.ok(names.includes(each), `${each} in ${names.join(", ")}`);
    });
});
