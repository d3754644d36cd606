import assert from "node:assert/strict";
import { test } from "node:test";
import { DeadlineError, within } from "../../triage/deadline.ts";

test("a work has its time, and no more", async () => {
  assert.equal(await within(10_000, Promise.resolve("done")), "done");
  await assert.rejects(within(10_000, Promise.reject(new Error("broken"))), /^Error: broken$/);
  await assert.rejects(within(20, new Promise(() => {})), DeadlineError);
});
