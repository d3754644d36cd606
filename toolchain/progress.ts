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
let running = 0; // several steps at once cannot share one terminal line
let isDrawn = false;
const reported = new WeakSet<Error>();

/** A duration for people: "0.4 s", "12.3 s", "6 min 02 s". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

function erase(): void {
  if (isDrawn) stderr.write("\r\x1b[K");
  isDrawn = false;
}

/** Prints one line to stderr. */
export function note(line: string): void {
  erase();
  stderr.write(`${line}\n`);
}

/** Whether a step has printed the whole of an error already. */
export const isReported = (error: unknown): boolean => error instanceof Error && reported.has(error);

/** Prints an error once, indented, however many steps it passes through. */
function report(error: unknown): void {
  if (isReported(error)) return;
  if (error instanceof Error) reported.add(error);
  const text = error instanceof Error ? error.message : String(error);
  note(text.replace(/^(?=.)/gm, "    "));
}

/**
 * Runs `work` and reports on stderr what is being done and how long it took; of a failure also the reason, with the last
 * lines of the command that failed.
 * @param where says, when it went well, where the result is kept.
 */
export async function step<T>(what: string, work: () => Promise<T>, where?: (result: T) => string): Promise<T> {
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const alive = stderr.isTTY && running === 0;
  running += 1;
  const redraw = () => {
    stderr.write(`\r\x1b[K${what} ... ${duration(elapsed())}`);
    isDrawn = true;
  };
  if (alive) redraw();
  else note(`${what} ...`);
  const timer = setInterval(
    () => (alive ? redraw() : note(`${what} ... still at it after ${duration(elapsed())}`)),
    alive ? 200 : LONG_MS,
  );
  const end = (how: string, failed: boolean) => {
    clearInterval(timer);
    running -= 1;
    steps.push({ what, seconds: elapsed(), failed });
    note(`${what}: ${how}`);
  };
  try {
    const result = await work();
    end(`done in ${duration(elapsed())}${where ? `, kept in ${where(result)}` : ""}`, false);
    return result;
  } catch (error) {
    end(`failed after ${duration(elapsed())}`, true);
    report(error);
    throw error;
  }
}
