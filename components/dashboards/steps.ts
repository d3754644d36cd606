import { type ThresholdsConfig, ThresholdsMode } from "@grafana/grafana-foundation-sdk/dashboard";
import { colors } from "./mappings.ts";

/** From where on a value is coloured; the numbers are those that the rules fire at. */
export interface Steps {
  /** Worse as it grows, or as it falls. */
  direction: "above" | "below";
  warn?: number | undefined;
  bad?: number | undefined;
}

/** A value that is worse the greater it is. */
export const above = (warn?: number, bad?: number): Steps => ({ direction: "above", warn, bad });

/** A value that is worse the smaller it is. */
export const below = (warn?: number, bad?: number): Steps => ({ direction: "below", warn, bad });

/** Steps as Grafana has them: each colour from its value on, the first one without a value. */
export const thresholdsOf = ({ direction, warn, bad }: Steps): ThresholdsConfig => {
  const known = ([color, value]: readonly ["warn" | "bad", number | undefined]) =>
    value === undefined ? [] : [{ color, value }];
  const limits =
    direction === "above"
      ? [["warn", warn] as const, ["bad", bad] as const]
      : [["bad", bad] as const, ["warn", warn] as const];
  const found = limits.flatMap(known);
  // where less is worse, a colour ends at its value
  const names =
    direction === "above"
      ? ["good" as const, ...found.map(({ color }) => color)]
      : [...found.map(({ color }) => color), "good" as const];
  return {
    mode: ThresholdsMode.Absolute,
    steps: names.map((name, index) => ({ color: colors[name], value: found[index - 1]?.value ?? null })),
  };
};

/** No colour by value: text that is only text. */
export const plain: ThresholdsConfig = { mode: ThresholdsMode.Absolute, steps: [{ value: null, color: colors.quiet }] };
