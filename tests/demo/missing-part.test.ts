import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { stackFile } from "../../config/stack-file.ts";
import type { Summary } from "../../demo/report.ts";
import { projectFolder } from "../../demo/stack.ts";
import { unable } from "../../throwaway/machine.ts";
import { cacheRoot } from "../../toolchain/cache.ts";
import { finished } from "../finished.ts";

const name = "test-missing";

describe("the demo, where Alloy can neither be pulled nor built", { skip: unable() }, () => {
  let folder: string;
  let cache: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "watchpost-missing-"));
    cache = join(folder, "cache");
    await mkdir(join(cache, "refusals"), { recursive: true });
    await writeFile(join(cache, "refusals", "registry-1.docker.io"), "not in this test");
    const others = await readdir(cacheRoot());
    for (const entry of others.filter((each) => !/^\.|^(image-)?alloy-|^(locks|refusals)$/.test(each)))
      await symlink(join(cacheRoot(), entry), join(cache, entry));
  });
  after(async () => {
    await demo("--down");
    await rm(folder, { recursive: true });
  });

  /** Runs the demo on a cache with all of this machine's but Alloy, and with no way to get Go modules. */
  const demo = async (...args: string[]) => {
    const child = spawn(process.execPath, [join(projectFolder, "demo/main.ts"), "--name", name, ...args], {
      env: {
        ...process.env,
        WATCHPOST_CACHE: cache,
        XDG_STATE_HOME: join(folder, "state"),
        GOPROXY: "off",
        GOMODCACHE: join(folder, "modules"),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return finished(child);
  };

  test("ends with Alloy named and why, exit status 1, and deploys nothing", async () => {
    const { stdout, stderr, status } = await demo("--json");
    assert.equal(status, 1, stderr);
    const summary = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Summary;
    assert.equal(summary.ok, false);
    assert.equal(summary.resources, 0);
    const why = summary.missing.find((part) => part.name === "alloy")?.why ?? "";
    assert.match(
      why,
      /^docker\.io\/grafana\/alloy:v[\d.]+ cannot be had \(.*not in this test.*GOPROXY=off\): hand over its archive with --image alloy=FILE$/,
    );
    assert.match(
      stderr,
      /\nbuild alloy [\d.]+ from its Go module: failed after .*\n {4}the Go module .*: module lookup disabled by GOPROXY=off\n/,
    );
    assert.ok(
      stderr.includes(`demo: nothing was deployed, since the stack needs what cannot be had:\n  alloy: ${why}\n`),
      stderr,
    );
    assert.doesNotMatch(stderr, /mistake/);
    assert.equal(existsSync(stackFile(name)), false);
  });
});
