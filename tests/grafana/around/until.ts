import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks again and again until there is an answer.
 * @param what it waits for, for the error
 * @param seconds how long at most
 * @throws with what it waited for, and what `last` says of how far it came
 */
export const until = async <T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined> | T | undefined,
  last: () => string = () => "",
): Promise<T> => {
  const late = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > late) throw new Error(`${what}: not within ${seconds} s; ${last()}`);
    await sleep(200);
  }
};
