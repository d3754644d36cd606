// Runs one deployment in a process of its own: an engine that fails or dies takes its program with it, not the tests.
import { text } from "node:stream/consumers";
import { openStack, type StackOptions } from "../../demo/stack.ts";
import { type Bends, bent } from "./bend.ts";

/** What `apart.ts` writes to standard input. */
export interface EngineRun {
  options: Omit<StackOptions, "program">;
  bends: Bends;
}

const { options, bends }: EngineRun = JSON.parse(await text(process.stdin));
const stack = await openStack({ ...options, program: bent(bends) }, (said) => process.stdout.write(said));
await stack.up().catch(() => {
  process.exitCode = 1;
});
