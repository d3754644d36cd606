import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { limit } from "../../providers/ssh/limit.ts";

describe("limit", () => {
  test("lets so many tasks run at a time, in the order in which they came", async () => {
    const slot = limit(2);
    const began: number[] = [];
    const ends: (() => void)[] = [];
    const tasks = [0, 1, 2, 3].map((n) =>
      slot(() => {
        began.push(n);
        return new Promise<void>((end) => ends.push(end));
      }),
    );
    for (const started of [2, 3, 4, 4]) {
      assert.equal(began.length, started);
      ends.shift()?.();
      await new Promise(setImmediate);
    }
    await Promise.all(tasks);
    assert.deepEqual(began, [0, 1, 2, 3]);
  });

  test("goes on after a task that failed, and hands its error on", async () => {
    const slot = limit(1);
    const failed = slot(() => Promise.reject(new Error("no")));
    const next = slot(async () => "next");
    await assert.rejects(failed, /^Error: no$/);
    assert.equal(await next, "next");
  });
});
