// Runs one deployment in a process of its own: an engine that fails or dies takes its program with it, not the tests.
import { text } from "node:stream/consumers";
import { openStack, type StackOptions } from "../../demo/stack.ts";
import { type Bends, bent } from "./bend.ts";
import { type Shuffle, shuffle } from "./shuffle.ts";

/** What `apart.ts` writes to standard input. */
export interface EngineRun {
  options: Omit<StackOptions, "program">;
  bends: Bends;
  shuffled?: Shuffle;
}

const { options, bends, shuffled }: EngineRun = JSON.parse(await text(process.stdin));
const program = async () => {
  if (shuffled) shuffle(shuffled);
  return bent(bends)();
};
const stack = await openStack({ ...options, program }, (said) => process.stdout.write(said));
await stack.up().catch(() => {
  process.exitCode = 1;
});
