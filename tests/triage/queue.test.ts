import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AlertGroup } from "../../triage/alert.ts";
import { Queue } from "../../triage/service/queue.ts";
import { alert } from "./sample.ts";

const group = (key: string): AlertGroup => ({ key, alerts: [alert()] });

/** Work that waits until it is told to go on. */
const held = () => {
  const done: string[] = [];
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const work = async ({ key }: AlertGroup) => {
    await gate;
    done.push(key);
  };
  return { work, done, release };
};

describe("the queue", () => {
  test("takes as many as may wait, beside the one at work, and works them off in their order", async () => {
    const { work, done, release } = held();
    const queue = new Queue({ most: 2, quiet: 1000, work });
    assert.deepEqual(
      ["a", "b", "c", "d"].map((key) => queue.take(group(key))),
      ["queued", "queued", "queued", "full"],
    );
    assert.equal(queue.length, 2);
    release();
    await queue.idle;
    assert.deepEqual(done, ["a", "b", "c"]);
    assert.equal(queue.take(group("d")), "queued");
  });

  test("takes a group once while it waits, is worked on, or was done a short while ago", async () => {
    let now = 0;
    const { work, done, release } = held();
    const queue = new Queue({ most: 5, quiet: 1000, work, now: () => now });
    assert.deepEqual(
      ["a", "a", "b", "b"].map((key) => queue.take(group(key))),
      ["queued", "duplicate", "queued", "duplicate"],
    );
    release();
    await queue.idle;
    now = 999;
    assert.equal(queue.take(group("a")), "duplicate");
    now = 1000;
    assert.equal(queue.take(group("a")), "queued");
    await queue.idle;
    assert.deepEqual(done, ["a", "b", "a"]);
  });

  test("of 100,000 groups keeps no more than it may", async () => {
    const { work, release } = held();
    const queue = new Queue({ most: 50, quiet: 1000, work });
    const taken = Array.from({ length: 100_000 }, (_, index) => queue.take(group(`${index}`)));
    assert.equal(taken.filter((each) => each === "queued").length, 51);
    assert.equal(queue.length, 50);
    release();
    await queue.idle;
  });
});
