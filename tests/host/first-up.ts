import assert from "node:assert/strict";
import { complaints, upApart } from "./apart.ts";
import { onlySame } from "./expect.ts";
import { allUp, type Guest } from "./guest.ts";
import type { Rig } from "./rig.ts";

/** How a first deployment went. */
export interface FirstUp {
  seconds: number;
  /** What was wrong; undefined where all was right. */
  wrong: string | undefined;
}

/** An mv that a quadlet waits for before it comes into its place. */
const slowMv = (seconds: number): string => `#!/bin/bash
case "\${!#}" in */containers/systemd/*) sleep ${seconds} ;; esac
exec /usr/bin/mv "$@"
`;

/** Whoever looks at the quadlets meanwhile sees some files of a unit and not the others: scripts find this mv first. */
const slowRenames = (guest: Guest, seconds: number) =>
  guest.sh("cat >/usr/local/sbin/mv && chmod 755 /usr/local/sbin/mv", { input: slowMv(seconds) });

/**
 * Deploys to a rig's fresh host, its objects in another order and at other times for each seed. Right is: it goes well, all
 * is up, and nothing is left to do.
 */
export const firstUp = async (rig: Rig, seed: number): Promise<FirstUp> => {
  await slowRenames(rig.guest, 1);
  const started = performance.now();
  const { said, status } = await upApart(rig, { shuffled: { seed, most: 3_000 } }).ended;
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) return { seconds, wrong: complaints(said) };
  try {
    assert.deepEqual(await rig.guest.ownTargets(), allUp);
    onlySame(await rig.stack.preview({ refresh: true }));
    return { seconds, wrong: undefined };
  } catch (cause) {
    return { seconds, wrong: (cause as Error).message };
  }
};
