import assert from "node:assert/strict";
import { test } from "node:test";
import { randomText } from "../../toolchain/stand-ins/random/text.ts";
import { changedKeys, holdsSecret, plain, secret } from "../../toolchain/stand-ins/wire.ts";

test("a random text has the length and the classes that were asked for", () => {
  const text = randomText({ length: 24, special: false, minNumeric: 5, minUpper: 3 });
  assert.match(text, /^[A-Za-z0-9]{24}$/);
  assert.ok(text.replace(/\D/g, "").length >= 5);
  assert.ok(text.replace(/[^A-Z]/g, "").length >= 3);
  assert.match(randomText({ length: 9, lower: false, upper: false, numeric: false, overrideSpecial: "_" }), /^_{9}$/);
  assert.notEqual(randomText({ length: 24 }), randomText({ length: 24 }));
});

test("a random text that cannot be made is refused", () => {
  assert.throws(() => randomText({ length: 2, minLower: 3 }), /too small/);
  assert.throws(() => randomText({ lower: true }), /too small/);
  const none = { lower: false, upper: false, numeric: false, special: false };
  assert.throws(() => randomText({ length: 4, ...none }), /every class of characters is turned off/);
});

test("marks of secrets do not count as a change, values do", () => {
  const olds = { a: "1", b: { y: 2, x: secret(["k"]) }, gone: 1 };
  const news = { a: secret("1"), b: { x: ["k"], y: 3 } };
  assert.deepEqual(changedKeys(olds, news), ["b", "gone"]);
  assert.deepEqual(plain(olds), { a: "1", b: { y: 2, x: ["k"] }, gone: 1 });
  assert.equal(holdsSecret(olds), true);
  assert.equal(holdsSecret({ a: [1] }), false);
});
