import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SessionRefused, Sessions } from "../../providers/ssh/sessions.ts";

/** An sshd that allows so many sessions, and counts one for a moment longer than its channel is open. */
const sshd = (maxSessions: number, { lag = 0 } = {}) => {
  let [open, most, refused] = [0, 0, 0];
  return {
    open: async () => {
      await new Promise(setImmediate);
      if (open >= maxSessions) {
        refused++;
        throw new SessionRefused("open failed");
      }
      most = Math.max(most, ++open);
      // the answer to exec comes later than the session counts
      await new Promise(setImmediate);
      return () => void (lag ? setTimeout(() => open--, lag) : open--);
    },
    seen: () => ({ most, refused }),
  };
};

describe("sessions", () => {
  test("so many are used at a time, in the order in which they were asked for", async () => {
    const sessions = new Sessions(2);
    const began: number[] = [];
    const ends: (() => void)[] = [];
    const uses = [0, 1, 2, 3].map((n) =>
      sessions.run(
        async () => n,
        (n) => {
          began.push(n);
          return new Promise<void>((end) => ends.push(end));
        },
      ),
    );
    for (const started of [2, 3, 4, 4]) {
      await new Promise(setImmediate);
      assert.equal(began.length, started);
      ends.shift()?.();
    }
    await Promise.all(uses);
    assert.deepEqual(began, [0, 1, 2, 3]);
  });

  test("go on after a use that failed, and hand its error on", async () => {
    const sessions = new Sessions(1);
    const failed = sessions.run(
      async () => {},
      () => Promise.reject(new Error("no")),
    );
    const next = sessions.run(
      async () => {},
      async () => "next",
    );
    await assert.rejects(failed, /^Error: no$/);
    assert.equal(await next, "next");
  });

  for (const maxSessions of [1, 2, 4, 8])
    test(`sshd that allows ${maxSessions} has as many open at once, whatever order they end in`, async () => {
      for (let round = 0; round < 5; round++) {
        const host = sshd(maxSessions, { lag: round % 3 });
        const sessions = new Sessions(8);
        const use = async (close: () => void) => {
          await new Promise((end) => setTimeout(end, Math.random() * 4));
          close();
        };
        // one before the others, as a preflight is
        await sessions.run(host.open, use);
        const uses = Array.from({ length: 20 }, () => sessions.run(host.open, use));
        await Promise.all(uses);
        assert.equal(host.seen().most, maxSessions);
      }
    });

  test("none at all: each is refused, and none waits for ever", async () => {
    const host = sshd(0);
    const sessions = new Sessions(8);
    const uses = Array.from({ length: 20 }, () => sessions.run(host.open, async () => {}));
    for (const { status } of await Promise.allSettled(uses)) assert.equal(status, "rejected");
  });

  test("one that is refused for good, though there were some before, is told in the end", async () => {
    let maxSessions = 1;
    const sessions = new Sessions(8, { patience: 20 });
    const open = async () => {
      if (maxSessions === 0) throw new SessionRefused("open failed");
    };
    await sessions.run(open, async () => {});
    maxSessions = 0;
    await assert.rejects(
      sessions.run(open, async () => {}),
      SessionRefused,
    );
  });

  test("another connection may hold more again", async () => {
    const [strict, lax] = [sshd(1), sshd(8)];
    const sessions = new Sessions(8);
    const use = async (close: () => void) => {
      await new Promise((end) => setTimeout(end, 10));
      close();
    };
    await Promise.all(Array.from({ length: 8 }, () => sessions.run(strict.open, use)));
    sessions.reset();
    await Promise.all(Array.from({ length: 20 }, () => sessions.run(lax.open, use)));
    assert.equal(lax.seen().most, 8);
  });
});
