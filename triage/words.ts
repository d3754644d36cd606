/** Words of lines that say that something went wrong, whatever their level. As RE2 and JavaScript take them. */
export const troubleWords = [
  "error",
  "fail",
  "fatal",
  "problem",
  "panic",
  "exception",
  "traceback",
  "cannot",
  "can't",
  "could not",
  "unable",
  "denied",
  "refused",
  "rejected",
  "invalid",
  "expired",
  "not valid",
  "timed out",
  "timeout",
  "no such",
  "not found",
  "no space",
  "not permitted",
  "read-only",
  "in use",
  "too many",
  "unreachable",
  "unhealthy",
  "killed",
  "suppressed",
  "corrupt",
  "exhausted",
  // what an operator does shows as units that stop
  "stopped ",
  "stopping ",
].join("|");

/** What systemd and podman say of any failure: that there was one, never why. */
const consequences =
  /Failed with result '|Main process exited, code=|^Failed to start |Control process exited|Scheduled restart job|Start request repeated|<nwarn>: Failed to (add inotify watch|open cgroups file)/;

/** Whether a line only tells that something failed. */
export const isConsequence = (text: string): boolean => consequences.test(text);

const trouble = new RegExp(troubleWords, "i");
const ranks: Record<string, number> = { critical: 0, error: 0, warn: 1 };

/** 0 for what is an error, 1 for what may be one, 2 for the rest. */
export const rankOf = (level: string, text: string): number => Math.min(ranks[level] ?? 2, trouble.test(text) ? 1 : 2);
