import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Stage } from "../stage.ts";

/** Runs a Python program of this folder on the host, as root and without ssh; it prints one JSON value. */
export const python = async <Answer>(
  stage: Pick<Stage, "onHost">,
  name: string,
  args: (string | number)[],
): Promise<Answer> => {
  const source = await readFile(join(import.meta.dirname, `${name}.py`), "utf8");
  const stdout = await stage.onHost(["python3", "-", ...args.map(String)], { input: source });
  return JSON.parse(stdout) as Answer;
};
