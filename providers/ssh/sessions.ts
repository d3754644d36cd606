/** Thrown by whoever opens a session when sshd has none left. */
export class SessionRefused extends Error {
  override name = "SessionRefused";
}

const pause = (milliseconds: number) => new Promise((over) => setTimeout(over, milliseconds));

/** How long sshd counts a session after its channel was closed, in ms, unless it is very busy. */
const settling = 5;

/** How long sshd may go on refusing a session although it has held as many before, in ms. */
const patience = 30_000;

/**
 * Shares the sessions of one ssh connection: at most `most` at a time, in the order in which they are asked for, and fewer
 * where sshd allows fewer (MaxSessions, which no message tells). It starts as if sshd allowed them all; when one is
 * refused, as many as sshd has ever held at once are what it allows.
 */
export class Sessions {
  readonly #most: number;
  readonly #patience: number;
  readonly #waiting: (() => void)[] = [];
  /** Whether sshd has refused one. */
  #full = false;
  /** Those that have a place, whether sshd has opened a session for them yet or not. */
  #placed = 0;
  #held = 0;
  #heldAtOnce = 0;

  constructor(most: number, { patience: ms = patience } = {}) {
    this.#most = most;
    this.#patience = ms;
  }

  /** Forgets what sshd allowed: another connection is another sshd. */
  renew(): void {
    this.#full = false;
    this.#heldAtOnce = 0;
    this.#admit();
  }

  // it grows while those that were asked for before the refusal are still being opened
  get #allowed(): number {
    return this.#full ? Math.max(1, this.#heldAtOnce) : this.#most;
  }

  /**
   * Opens a session and uses it until `use` ends.
   * @param open Rejects with SessionRefused when sshd has none left.
   * @throws SessionRefused when sshd opens none at all.
   */
  async run<S, T>(open: () => Promise<S>, use: (session: S) => Promise<T>): Promise<T> {
    await this.#place("last");
    try {
      const session = await this.#open(open);
      this.#heldAtOnce = Math.max(this.#heldAtOnce, ++this.#held);
      this.#admit();
      try {
        return await use(session);
      } finally {
        this.#held--;
      }
    } finally {
      if (this.#full) setTimeout(() => this.#leave(), settling);
      else this.#leave();
    }
  }

  async #open<S>(open: () => Promise<S>): Promise<S> {
    let [delay, since] = [settling, performance.now()];
    for (;;) {
      try {
        return await open();
      } catch (cause) {
        if (!(cause instanceof SessionRefused) || performance.now() - since > this.#patience) throw cause;
        if (this.#heldAtOnce === 0 && this.#placed === 1) throw cause;
      }
      this.#full = true;
      if (this.#placed > this.#allowed) {
        this.#placed--;
        await this.#place("first");
        [delay, since] = [settling, performance.now()];
      } else {
        await pause(delay);
        delay = Math.min(2 * delay, 500);
      }
    }
  }

  async #place(where: "first" | "last"): Promise<void> {
    if (this.#placed < this.#allowed) {
      this.#placed++;
      return;
    }
    await new Promise<void>((go) => (where === "first" ? this.#waiting.unshift(go) : this.#waiting.push(go)));
  }

  #leave(): void {
    this.#placed--;
    this.#admit();
  }

  #admit(): void {
    while (this.#placed < this.#allowed) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#placed++;
      next();
    }
  }
}
