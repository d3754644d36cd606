import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached, exists, type Key } from "./cache.ts";
import { run, which } from "./command.ts";
import type { Go } from "./go.ts";
import { type GoMod, wrapperGoMod } from "./go-module.ts";
import { goArch } from "./platform.ts";
import type { Recipe } from "./recipes.ts";
import { ensureSystemPackages } from "./system-packages.ts";

const FLAGS = ["-mod=mod", "-trimpath", "-buildvcs=false"];

/** What a build with cgo needs of the system: a C compiler, and the headers of libsystemd for Alloy's journal reader. */
const cgoPackages = [
  { name: "gcc", isThere: async () => (await which("gcc")) !== undefined },
  { name: "libc6-dev", isThere: () => exists("/usr/include/stdio.h") },
  { name: "libsystemd-dev", isThere: () => exists("/usr/include/systemd/sd-journal.h") },
];

interface Download {
  GoMod: string;
  Dir: string;
  Sum: string;
}

/** The environment of Go commands: nothing of a surrounding workspace or of the user's flags leaks in. */
function goEnv(cgo: boolean): NodeJS.ProcessEnv {
  return {
    ...process.env,
    GO111MODULE: "on",
    GOFLAGS: "",
    GOWORK: "off",
    GOTOOLCHAIN: "local",
    CGO_ENABLED: cgo ? "1" : "0",
  };
}

async function download(go: Go, recipe: Recipe, env: NodeJS.ProcessEnv, cwd: string): Promise<Download> {
  const wanted = `${recipe.module}@${recipe.moduleVersion}`;
  const found = JSON.parse(await run(go.command, ["mod", "download", "-json", wanted], { env, cwd })) as Download;
  if (recipe.sum !== undefined && found.Sum !== recipe.sum)
    throw new Error(`the Go module ${wanted} is not the one expected: wanted ${recipe.sum}, got ${found.Sum}`);
  return found;
}

/** Under which key the binaries of a recipe are cached. */
export function buildKey(recipe: Recipe): Key {
  const { name, version, module, moduleVersion, packages, tags, cgo, stamps, requires } = recipe;
  return {
    name,
    version,
    recipe: { module, moduleVersion, packages, tags, cgo, stamps, requires, goArch, FLAGS },
  };
}

/**
 * Builds a recipe's binaries through a wrapper module (`go install module@version` refuses modules with replace
 * lines) and returns the folder that holds them. The module's own go.sum checks every download.
 */
export async function goBuild(recipe: Recipe, findGo: () => Promise<Go>): Promise<string> {
  const { name, version, cgo } = recipe;
  return cached(buildKey(recipe), `build ${name} ${version} from its Go module`, async (folder) => {
    await ensureSystemPackages(cgo ? cgoPackages : [], `building ${name}`);
    const go = await findGo();
    const env = goEnv(recipe.cgo);
    const wrapper = join(folder, "wrapper");
    await mkdir(wrapper);
    const module = await download(go, recipe, env, wrapper);
    const own = JSON.parse(await run(go.command, ["mod", "edit", "-json", module.GoMod], { env })) as GoMod;
    await writeFile(join(wrapper, "go.mod"), wrapperGoMod(recipe, own));
    await copyFile(join(module.Dir, "go.sum"), join(wrapper, "go.sum"));
    const stamps = Object.entries(recipe.stamps).map(([variable, value]) => `-X ${variable}=${value}`);
    const args = [
      "build",
      ...FLAGS,
      ...(recipe.tags.length > 0 ? [`-tags=${recipe.tags.join(",")}`] : []),
      `-ldflags=${["-s", "-w", ...stamps].join(" ")}`,
      `-o=${folder}/`,
      ...recipe.packages.map((path) => (path ? `${recipe.module}/${path}` : recipe.module)),
    ];
    await run(go.command, args, { env, cwd: wrapper });
    await writeFile(join(folder, "go.sum"), await readFile(join(wrapper, "go.sum")));
    await rm(wrapper, { recursive: true });
  });
}
