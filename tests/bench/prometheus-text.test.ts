import assert from "node:assert/strict";
import { test } from "node:test";
import { samplesIn, sumOf } from "../../bench/prometheus-text.ts";

const text = `# HELP lines_total Lines.
# TYPE lines_total counter
lines_total{unit="a b",note="say \\"}\\""} 3
lines_total{unit="c"} 4.5e+01 1700000000000
lines_total_created 7
up 1
`;

test("a metric's samples are summed, and those of a longer name left alone", () =>
  assert.equal(sumOf(text, "lines_total"), 48));

test("a metric without labels is found", () => assert.equal(sumOf(text, "up"), 1));

test("a metric that is not there is 0", () => assert.equal(sumOf(text, "lines"), 0));

test("comments are no samples", () => assert.equal(samplesIn(text), 4));
