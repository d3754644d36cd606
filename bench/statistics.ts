const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);

/** The value below which that share of the values lies, between two of them where need be. @throws RangeError for none. */
export const quantile = (values: readonly number[], share: number): number => {
  const all = sorted(values);
  const at = share * (all.length - 1);
  const [low, high] = [all[Math.floor(at)], all[Math.ceil(at)]];
  if (low === undefined || high === undefined) throw new RangeError("expected at least one value");
  return low + (high - low) * (at - Math.floor(at));
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);

/** Three significant digits at least, and none after the point where there are more before it. */
export const rounded = (value: number): number =>
  Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
