import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

export interface Finished {
  stdout: string;
  stderr: string;
  /** null when a signal ended it. */
  status: number | null;
}

/** What a child process printed and how it ended, once it has. */
export async function finished(child: ChildProcess & { stdout: Readable; stderr: Readable }): Promise<Finished> {
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { stdout, stderr, status };
}
