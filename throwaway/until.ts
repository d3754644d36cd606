import { setTimeout as pause } from "node:timers/promises";

const POLL_MS = 25;

/** A condition that did not come about in time. */
export class TimeoutError extends Error {
  override name = "TimeoutError";
}

/**
 * Waits until `probe` gives something, and returns that.
 * @param what the condition, for the error: "ssh answers at 10.99.0.2:22".
 * @throws TimeoutError when it does not within `timeout` milliseconds; what `probe` throws ends the wait at once.
 */
export async function until<T>(what: string, timeout: number, probe: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + timeout;
  for (;;) {
    const result = await probe();
    if (result !== undefined) return result;
    if (performance.now() > deadline) throw new TimeoutError(`waited ${timeout / 1000} s in vain until ${what}`);
    await pause(POLL_MS);
  }
}
