import process from "node:process";

/** One thing that was done, for a report. */
export interface Step {
  what: string;
  /** Wall time in seconds. */
  seconds: number;
  failed: boolean;
}

/** Every step of this process so far, in the order they ended. */
export const steps: Step[] = [];

const stderr = process.stderr;
const LONG_MS = 60_000;
let living = 0; // several steps at once cannot share one terminal line

/** A duration for people: "0.4 s", "12.3 s", "6 min 02 s". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** Prints one line to stderr. */
export function note(line: string): void {
  stderr.write(`${line}\n`);
}

/**
 * Runs `work` and tells on stderr what is being done and how long it took.
 * @param where says, when it went well, where the result is kept.
 */
export async function step<T>(what: string, work: () => Promise<T>, where?: (result: T) => string): Promise<T> {
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const alive = stderr.isTTY && living === 0;
  living += 1;
  const redraw = () => stderr.write(`\r\x1b[K${what} ... ${duration(elapsed())}`);
  if (alive) redraw();
  else note(`${what} ...`);
  const timer = setInterval(
    () => (alive ? redraw() : note(`${what} ... still at it after ${duration(elapsed())}`)),
    alive ? 200 : LONG_MS,
  );
  const end = (how: string, failed: boolean) => {
    clearInterval(timer);
    living -= 1;
    if (alive) stderr.write("\r\x1b[K");
    steps.push({ what, seconds: elapsed(), failed });
    note(`${what}: ${how}`);
  };
  try {
    const result = await work();
    end(`done in ${duration(elapsed())}${where ? `, kept in ${where(result)}` : ""}`, false);
    return result;
  } catch (error) {
    end(`failed after ${duration(elapsed())}`, true);
    throw error;
  }
}
