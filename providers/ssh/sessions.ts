/** sshd refused to open a session because it already has as many as it allows. */
export class SessionRefused extends Error {
  override name = "SessionRefused";
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** How long sshd counts a session after its channel was closed, in ms, unless it is very busy. */
const settleTime = 5;

/** How long sshd may keep refusing although it has held as many sessions before, in ms. */
const defaultPatience = 30_000;

/**
 * Limits the concurrent sessions of one ssh connection to `most`, first come, first served, and to fewer where sshd allows
 * fewer. The protocol does not announce MaxSessions: the limit starts at `most`, and once a session has been refused it is
 * the highest number that sshd has held at the same time.
 */
export class Sessions {
  readonly #most: number;
  readonly #patience: number;
  readonly #waiting: (() => void)[] = [];
  #refusedOnce = false;
  /** Callers that have a slot, including those whose session is still being opened. */
  #slotsTaken = 0;
  #open = 0;
  #mostOpen = 0;

  constructor(most: number, { patience = defaultPatience } = {}) {
    this.#most = most;
    this.#patience = patience;
  }

  /** Forgets what was learned about sshd, for a new connection. */
  reset(): void {
    this.#refusedOnce = false;
    this.#mostOpen = 0;
    this.#admit();
  }

  // it rises while sessions that were requested before the refusal are still being opened
  get #limit(): number {
    return this.#refusedOnce ? Math.max(1, this.#mostOpen) : this.#most;
  }

  /**
   * Opens a session and runs `use` with it.
   * @param open Rejects with SessionRefused when sshd refuses.
   * @throws SessionRefused when sshd opens no session at all, or none for half a minute.
   */
  async run<S, T>(open: () => Promise<S>, use: (session: S) => Promise<T>): Promise<T> {
    await this.#takeSlot("last");
    try {
      const session = await this.#openWithRetry(open);
      this.#mostOpen = Math.max(this.#mostOpen, ++this.#open);
      this.#admit();
      try {
        return await use(session);
      } finally {
        this.#open--;
      }
    } finally {
      if (this.#refusedOnce) setTimeout(() => this.#freeSlot(), settleTime);
      else this.#freeSlot();
    }
  }

  async #openWithRetry<S>(open: () => Promise<S>): Promise<S> {
    let [delay, since] = [settleTime, performance.now()];
    for (;;) {
      try {
        return await open();
      } catch (cause) {
        if (!(cause instanceof SessionRefused) || performance.now() - since > this.#patience) throw cause;
        if (this.#mostOpen === 0 && this.#slotsTaken === 1) throw cause;
      }
      this.#refusedOnce = true;
      if (this.#slotsTaken > this.#limit) {
        this.#slotsTaken--;
        await this.#takeSlot("first");
        [delay, since] = [settleTime, performance.now()];
      } else {
        await pause(delay);
        delay = Math.min(2 * delay, 500);
      }
    }
  }

  async #takeSlot(queue: "first" | "last"): Promise<void> {
    if (this.#slotsTaken < this.#limit) {
      this.#slotsTaken++;
      return;
    }
    await new Promise<void>((go) => (queue === "first" ? this.#waiting.unshift(go) : this.#waiting.push(go)));
  }

  #freeSlot(): void {
    this.#slotsTaken--;
    this.#admit();
  }

  #admit(): void {
    while (this.#slotsTaken < this.#limit) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#slotsTaken++;
      next();
    }
  }
}
