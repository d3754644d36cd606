import type { AlertGroup } from "../alert.ts";

export type Taken = "queued" | "duplicate" | "full";

export interface QueueOptions {
  /** Groups that may wait; the one that is worked on does not count. */
  most: number;
  /** Milliseconds after its work in which a group is a duplicate. */
  quiet: number;
  /** What is done with a group, one at a time; it must not throw. */
  work: (group: AlertGroup) => Promise<void>;
  /** Milliseconds since 1970. @default Date.now */
  now?: () => number;
}

/** Groups that are remembered as done. */
const mostRemembered = 1000;

/** A bounded queue of alert groups, each known by its key. */
export class Queue {
  readonly #options: QueueOptions;
  readonly #waiting = new Map<string, AlertGroup>();
  /** When the groups of late were done, oldest first. */
  readonly #done = new Map<string, number>();
  #current: string | undefined;
  #idle: Promise<void> = Promise.resolve();

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#waiting.size;
  }

  /** Resolves when nothing waits any more. */
  get idle(): Promise<void> {
    return this.#idle;
  }

  /** Takes a group, or says why not; returns at once. */
  take(group: AlertGroup): Taken {
    const { most, quiet, now = Date.now } = this.#options;
    const done = this.#done.get(group.key);
    const late = done !== undefined && now() - done < quiet;
    if (late || group.key === this.#current || this.#waiting.has(group.key)) return "duplicate";
    if (this.#waiting.size >= most) return "full";
    this.#waiting.set(group.key, group);
    if (this.#current === undefined) this.#idle = this.#run();
    return "queued";
  }

  async #run(): Promise<void> {
    const { work, now = Date.now } = this.#options;
    for (const [key, group] of this.#waiting) {
      this.#waiting.delete(key);
      this.#current = key;
      await work(group);
      this.#done.delete(key);
      this.#done.set(key, now());
      const [oldest] = this.#done.keys();
      if (this.#done.size > mostRemembered && oldest !== undefined) this.#done.delete(oldest);
    }
    this.#current = undefined;
  }
}
