/** A sample; the time in minutes after the first. */
export interface Sample {
  minute: number;
  value: number;
}

/**
 * Reads a series as promtool writes it: `0+6x20`, `5x3`, `_x11`, `1 2 stale`. After its end it goes on with its last step.
 * @param minutes how many samples there are
 * @throws with the part that is none of it
 */
export const samplesOf = (text: string, minutes: number): Sample[] => {
  const values: (number | undefined)[] = [];
  let step = 0;
  for (const part of text.trim().split(/\s+/)) {
    const [, start = "", by = "0", times = "0"] = /^(-?[\d.]+|_|stale)([+-][\d.]+)?(?:x(\d+))?$/.exec(part) ?? [];
    if (start === "") throw new Error(`expected a value such as 0+6x20, got ${part} in ${text}`);
    const missing = start === "_" || start === "stale";
    step = Number(by);
    // _x11 are eleven, 5x3 are four
    const count = Number(times) + (start === "_" && times !== "0" ? 0 : 1);
    for (let index = 0; index < count; index++) values.push(missing ? undefined : Number(start) + index * step);
  }
  while (values.length < minutes) {
    const last = values.at(-1);
    values.push(last === undefined ? undefined : last + step);
  }
  return values.slice(0, minutes).flatMap((value, minute) => (value === undefined ? [] : [{ minute, value }]));
};
