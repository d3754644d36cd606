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

/**
 * Puts a delay before each quadlet that comes into its place, so that whoever looks meanwhile sees some files of a unit
 * and not the others. The scripts find this mv before the system's.
 */
const slowRenames = (guest: Guest, seconds: number) =>
  guest.sh(
    `cat >/usr/local/sbin/mv && chmod 755 /usr/local/sbin/mv`,
    // biome-ignore format: a script as it is
    { input: `#!/bin/bash\ncase "\${!#}" in */containers/systemd/*) sleep ${seconds} ;; esac\nexec /usr/bin/mv "$@"\n` },
  );

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
