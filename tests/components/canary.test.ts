import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { networkInterfaces } from "node:os";
import { describe, type TestContext, test } from "node:test";
import { type CanaryResult, canaryScript } from "../../components/canary/canary.ts";
import { configWith } from "../config/sample.ts";
import { FakeStack } from "./fake-stack.ts";

const targets = { node: 1, prometheus: 1, loki: 1 };

const noAddress = (address: string) => {
  const has = Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address));
  return !has && `this machine has no address ${address}`;
};

const start = async (t: TestContext, address = "127.0.0.1") => {
  const stack = await FakeStack.start(address);
  t.after(() => stack.stop());
  for (const job of [...Object.keys(targets), "users-own"]) stack.targets[job] = true;
  return stack;
};

/** Runs the canary as the host would, and gives what it printed. */
const run = (stack: FakeStack, seconds = 20) => {
  const base = configWith();
  // the fake's port is whichever was free, and both of them have it
  const config = {
    ...base,
    loki: { ...base.loki, listen: stack.listen },
    prometheus: { ...base.prometheus, listen: stack.listen },
  };
  const script = canaryScript({ host: "web", user: "app", image: "0123abcd", config, targets, seconds });
  return new Promise<{ result: CanaryResult; stderr: string; failed: boolean }>((done) => {
    const env = { ...process.env, PATH: `${stack.folder}:${process.env.PATH}` };
    const child = execFile("/bin/bash", ["-c", 'eval "$(cat)"'], { env }, (error, stdout, stderr) =>
      done({ result: JSON.parse(stdout), stderr, failed: error !== null }),
    );
    child.stdin?.end(script);
  });
};

describe("the canary", () => {
  for (const address of ["127.0.0.1", "::1"])
    test(`proves a stack on ${address} that works`, { skip: noAddress(address) }, async (t) => {
      const { result, failed, stderr } = await run(await start(t, address));
      assert.equal(failed, false, stderr);
      assert.deepEqual([result.up, result.total], [3, 3]);
      for (const milliseconds of [result.journalMs, result.containerMs])
        assert.ok(milliseconds !== null && milliseconds >= 0 && milliseconds < 20_000);
    });

  const broken: [string, (stack: FakeStack) => void, Partial<CanaryResult>, RegExp][] = [
    [
      "a journal that does not arrive under its labels",
      (stack) => Object.assign(stack.journal, { unit: "other.service" }),
      { journalMs: null },
      /the journal line did not come back from Loki within 1 s: journalctl -u watchpost-alloy/,
    ],
    [
      "a container's log that does not say whose it is",
      (stack) => Object.assign(stack.container, { user: "uid-990" }),
      { containerMs: null },
      /the container's line did not come back from Loki within 1 s under container=watchpost-canary/,
    ],
    [
      "a target that is down",
      (stack) => Object.assign(stack.targets, { loki: false }),
      { up: 2, total: 3 },
      /2 of 3 scrape targets are up; down: loki/,
    ],
    [
      "a target that nobody has scraped yet",
      (stack) => Reflect.deleteProperty(stack.targets, "node"),
      { up: 2, total: 3 },
      /2 of 3 scrape targets are up; down: none seen yet/,
    ],
  ];
  for (const [what, spoil, expected, said] of broken)
    test(`fails for ${what}, and says so`, async (t) => {
      const stack = await start(t);
      spoil(stack);
      const { result, stderr, failed } = await run(stack, 1);
      assert.equal(failed, true);
      for (const [key, value] of Object.entries(expected)) assert.equal(result[key as keyof CanaryResult], value, key);
      assert.match(stderr, said);
    });

  test("does not ask after what else the user has scraped", async (t) => {
    const stack = await start(t);
    stack.targets["users-own"] = false;
    assert.equal((await run(stack)).failed, false);
  });
});
