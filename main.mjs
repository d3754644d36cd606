// What `pulumi` runs: JavaScript, because a Node that is too old could not read the TypeScript that says so.
import { RunError } from "@pulumi/pulumi";

const oldest = 24;

/** The program of index.ts. @throws RunError where Node does not run TypeScript by itself */
export default async () => {
  const { version, execPath } = process;
  if (Number.parseInt(version.slice(1), 10) < oldest)
    throw new RunError(`expected Node ${oldest} or newer on PATH, got ${version} (${execPath})`);
  const { default: watchpost } = await import("./index.ts");
  return watchpost();
};
