import assert from "node:assert/strict";
import { test } from "node:test";
import { median, quantile, rounded } from "../../bench/statistics.ts";

const cases: [values: number[], share: number, expected: number][] = [
  [[7], 0.95, 7],
  [[3, 1, 2], 0.5, 2],
  [[4, 1, 3, 2], 0.5, 2.5],
  [[10, 0], 0.95, 9.5],
  [[5, 1, 9], 1, 9],
];

for (const [values, share, expected] of cases)
  test(`the ${share} quantile of ${values} is ${expected}`, () => assert.equal(quantile(values, share), expected));

test("the values stay in their order", () => {
  const values = [3, 1, 2];
  median(values);
  assert.deepEqual(values, [3, 1, 2]);
});

test("no value has no quantile", () => assert.throws(() => median([]), RangeError));

test("a figure keeps three digits, a large one none after the point", () =>
  assert.deepEqual([0.123456, 1.23456, 12.3456, 1234.56].map(rounded), [0.123, 1.23, 12.3, 1235]));
