import { CommandError, run } from "./command.ts";
import type { Go } from "./go.ts";
import type { Recipe } from "./recipes.ts";
import { sumOf } from "./sums.ts";

/** A module in Go's cache, as `go mod download -json` reports it. */
export interface Download {
  GoMod: string;
  Dir: string;
  Sum: string;
}

/** @throws UnknownSum, or Error when the module ("path@version") has another sum than the one in sums.json. */
export function requireModuleSum(module: string, sum: string): void {
  const expected = sumOf(`go:${module}`);
  if (sum !== expected)
    throw new Error(`the Go module ${module} is not the one expected: wanted ${expected}, got ${sum}`);
}

/** Go reports a failure as JSON on stdout. */
const reasonIn = (stdout: string): string | undefined => {
  try {
    return (JSON.parse(stdout) as { Error?: string }).Error?.replaceAll(/\s+/g, " ");
  } catch {
    return undefined;
  }
};

/**
 * Downloads a module ("path@version") into Go's cache, whatever it is.
 * @throws Error with Go's reason
 */
export async function downloadAnyModule(
  go: Go,
  wanted: string,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<Download> {
  try {
    return JSON.parse(await run(go.command, ["mod", "download", "-json", wanted], { env, cwd })) as Download;
  } catch (error) {
    const reason = error instanceof CommandError ? reasonIn(error.output.stdout) : undefined;
    if (reason === undefined) throw error;
    throw new Error(`the Go module ${wanted} cannot be had: ${reason}`, { cause: error });
  }
}

/**
 * Downloads the module of a recipe into Go's cache.
 * @throws Error with Go's reason; UnknownSum, before anything is downloaded, where its sum is not known here.
 */
export async function downloadModule(go: Go, recipe: Recipe, env: NodeJS.ProcessEnv, cwd: string): Promise<Download> {
  const wanted = `${recipe.module}@${recipe.moduleVersion}`;
  sumOf(`go:${wanted}`);
  const found = await downloadAnyModule(go, wanted, env, cwd);
  requireModuleSum(wanted, found.Sum);
  return found;
}
