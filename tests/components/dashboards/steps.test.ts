import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { above, below, type Steps, thresholdsOf } from "../../../components/dashboards/steps.ts";

/** The colour of a value, as Grafana finds it: that of the last step that it has reached. */
const colorOf = (value: number, steps: Steps) =>
  thresholdsOf(steps).steps.findLast((step) => step.value === null || value >= step.value)?.color;

describe("the colour of a value", () => {
  const cases: [what: string, steps: Steps, colors: [value: number, color: string][]][] = [
    [
      "more is worse",
      above(5, 10),
      [
        [4, "green"],
        [5, "orange"],
        [9, "orange"],
        [10, "red"],
      ],
    ],
    [
      "more is worse, and bad at once",
      above(undefined, 10),
      [
        [9, "green"],
        [10, "red"],
      ],
    ],
    [
      "more is worse, and never bad",
      above(5),
      [
        [4, "green"],
        [100, "orange"],
      ],
    ],
    [
      "less is worse",
      below(10, 5),
      [
        [4, "red"],
        [5, "orange"],
        [9, "orange"],
        [10, "green"],
      ],
    ],
    [
      "less is worse, and bad at once",
      below(undefined, 5),
      [
        [4, "red"],
        [5, "green"],
      ],
    ],
    [
      "less is worse, and never bad",
      below(10),
      [
        [0, "orange"],
        [10, "green"],
      ],
    ],
  ];
  for (const [what, steps, colors] of cases)
    test(`where ${what}`, () => {
      assert.deepEqual(
        colors.map(([value]) => [value, colorOf(value, steps)]),
        colors,
      );
    });
});
