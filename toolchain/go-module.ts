import type { Recipe } from "./recipes.ts";

/** A go.mod as `go mod edit -json` tells it; only what a wrapper repeats. */
export interface GoMod {
  Go?: string;
  Require?: { Path: string; Version: string; Indirect?: boolean }[] | null;
  Replace?: { Old: GoModule; New: GoModule }[] | null;
  Exclude?: { Path: string; Version: string }[] | null;
}

interface GoModule {
  Path: string;
  Version?: string;
}

const isFolder = (path: string) => path.startsWith(".") || path.startsWith("/");
const words = (module: GoModule) => (module.Version ? `${module.Path} ${module.Version}` : module.Path);

/**
 * The go.mod of a wrapper module that requires the recipe's module exactly and stands under the same rules as it.
 * Go heeds `replace` and `exclude` of the main module only, so they are repeated here; those that point into a
 * folder of the module's own repository cannot be and are left out.
 */
export function wrapperGoMod(recipe: Recipe, own: GoMod): string {
  const overrides = new Map(Object.entries(recipe.requires ?? {}));
  const required = (own.Require ?? []).filter(({ Path }) => !overrides.has(Path));
  return [
    `module watchpost.invalid/build/${recipe.name}`,
    `go ${own.Go ?? "1.24"}`,
    `require ${recipe.module} ${recipe.moduleVersion}`,
    ...[...overrides].map(([path, version]) => `require ${path} ${version}`),
    ...required.map((module) => `require ${words(module)}${module.Indirect ? " // indirect" : ""}`),
    ...(own.Replace ?? [])
      .filter(({ New }) => !isFolder(New.Path))
      .map(({ Old, New }) => `replace ${words(Old)} => ${words(New)}`),
    ...(own.Exclude ?? []).map((module) => `exclude ${words(module)}`),
    "",
  ].join("\n");
}

/** The modules whose content a build has added to a go.sum, as "path@version", with their sums. */
export function addedModules(before: string, after: string): { path: string; sum: string }[] {
  const known = new Set(before.split("\n"));
  return after
    .split("\n")
    .filter((line) => line && !known.has(line))
    .map((line) => line.split(" "))
    .filter(([, version = ""]) => !version.endsWith("/go.mod"))
    .map(([module, version, sum = ""]) => ({ path: `${module}@${version}`, sum }));
}
