import { createHash } from "node:crypto";

// below the ports that systems give out by themselves: from 32768 on Linux, 49152 on macOS
const [first, count] = [20_000, 10_000];

/** The tunnel's port on the machine that runs Pulumi, 20000 to 29999: the same in each run of a stack, another for another. */
export const tunnelPortOf = (project: string, stack: string): number =>
  first + (createHash("sha256").update(`${project}/${stack}`).digest().readUInt32BE() % count);
