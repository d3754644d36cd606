import assert from "node:assert/strict";
import { cp, mkdir } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { complaints, type Ended, upApart } from "./apart.ts";
import { cloneProject } from "./clone.ts";
import { declared, running, valuesOf } from "./declared.ts";
import type { Rig } from "./rig.ts";
import { chance } from "./shuffle.ts";

/** How two deployments at once went. */
export interface TwoUps {
  /** How many of the two were refused. */
  refused: number;
  /** What was wrong; undefined where all was right. */
  wrong: string | undefined;
}

const operator = `${userInfo().username}@${hostname()}`;

/** Why a deployment that did not go well is no clear refusal; undefined where it is one. */
const unclear = ({ said }: Ended): string | undefined =>
  said.includes("being changed") && said.includes(operator)
    ? undefined
    : `failed without naming who is at it:\n${complaints(said)}`;

/** Two operators with a clone and a state each, of a stack that is deployed already. */
export class TwoOperators {
  readonly #rig: Rig;
  readonly #clones: { project: string; folder: string }[];

  private constructor(rig: Rig, clones: { project: string; folder: string }[]) {
    this.#rig = rig;
    this.#clones = clones;
  }

  static async of(rig: Rig): Promise<TwoOperators> {
    const clones = ["anna", "ben"].map((name) => ({
      project: join(rig.folder, `${name}-project`),
      folder: join(rig.folder, name),
    }));
    for (const { project, folder } of clones) {
      await cloneProject(project);
      await cp(rig.configFile, join(project, basename(rig.configFile)));
      await mkdir(folder);
      for (const part of ["state", "passphrase"])
        await cp(join(rig.folder, part), join(folder, part), { recursive: true });
    }
    return new TwoOperators(rig, clones);
  }

  /**
   * Both deploy at once, each something else. Right is: each goes well or is refused by the other's name, one goes well at
   * least, and the last of those is what runs, all of it.
   */
  async deploy(seed: number, round: number): Promise<TwoUps> {
    const rig = this.#rig;
    const ends: { index: number; ended: Ended }[] = [];
    await Promise.all(
      this.#clones.map(async ({ project, folder }, index) => {
        await pause(chance(seed, `operator ${index} in round ${round}`) * 3_000);
        const config = rig.config(valuesOf(declared(2 * round + index)));
        const options = { folder, config, secrets: rig.secrets };
        ends.push({ index, ended: await upApart(rig, { project, options }).ended });
      }),
    );
    const failures = ends.filter(({ ended }) => ended.status !== 0);
    const last = ends.findLast(({ ended }) => ended.status === 0);
    const refused = failures.length;
    const why = failures.map(({ ended }) => unclear(ended)).find((text) => text !== undefined);
    if (why) return { refused, wrong: why };
    if (!last) return { refused, wrong: "both were refused" };
    try {
      assert.deepEqual(await running(rig.guest), declared(2 * round + last.index));
      return { refused, wrong: undefined };
    } catch (cause) {
      return { refused, wrong: (cause as Error).message };
    }
  }
}
