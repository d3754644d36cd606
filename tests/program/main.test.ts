import assert from "node:assert/strict";
import { test } from "node:test";
import { RunError } from "@pulumi/pulumi";

test("a Node that does not run TypeScript is refused, with what was expected", async (t) => {
  const { default: main } = await import(new URL("../../main.mjs", import.meta.url).href);
  const real = process.version;
  t.after(() => Object.defineProperty(process, "version", { value: real }));
  Object.defineProperty(process, "version", { value: "v22.17.0" });
  await assert.rejects(main(), (error: Error) => {
    assert.ok(RunError.isInstance(error));
    assert.match(error.message, /^expected Node 24 or newer on PATH, got v22\.17\.0 \(\/.+\)$/);
    return true;
  });
});
