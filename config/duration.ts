const seconds = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 } as const;

/** A duration of the config in seconds. */
export const inSeconds = (duration: string): number => {
  const unit = duration.replace(/^[0-9]+/, "") as keyof typeof seconds;
  return Number.parseInt(duration, 10) * seconds[unit];
};

/**
 * A duration as Grafana gives it back, `1m30s` for `90s`: another spelling would be a difference at each refresh.
 * Source: `Duration.String` of Prometheus's common/model: years and weeks only where they are whole.
 */
export const canonical = (duration: string): string => {
  let rest = Math.round(inSeconds(duration) * 1000);
  if (rest === 0) return "0s";
  let text = "";
  for (const unit of ["y", "w", "d", "h", "m", "s", "ms"] as const) {
    const size = seconds[unit] * 1000;
    if ((unit === "y" || unit === "w") && rest % size !== 0) continue;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
};
