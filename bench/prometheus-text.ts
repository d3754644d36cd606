/** The sum of a metric's samples in Prometheus's text format; 0 when there are none. */
export const sumOf = (text: string, metric: string): number => {
  const sample = new RegExp(`^${metric}(?:\\{.*\\})? (\\S+)`, "gm");
  return [...text.matchAll(sample)].reduce((sum, [, value]) => sum + Number(value), 0);
};

/** How many samples a text in Prometheus's format has. */
export const samplesIn = (text: string): number => text.split("\n").filter((line) => /^[^#\s]/.test(line)).length;
