import { appendFile, copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached, exists, findCached, type Key } from "./cache.ts";
import { run } from "./command.ts";
import type { Go } from "./go.ts";
import { downloadModule, requireModuleSum } from "./go-download.ts";
import { addedModules, type GoMod, wrapperGoMod } from "./go-module.ts";
import { goArch } from "./platform.ts";
import type { Recipe } from "./recipes.ts";
import { ensureSystemPackages, isFile, onPath, type SystemPackage } from "./system-packages.ts";

const FLAGS = ["-mod=mod", "-trimpath", "-buildvcs=false"];

/** Where Go looks for root certificates on Linux. Source: crypto/x509/root_linux.go */
const certificateFiles = [
  process.env.SSL_CERT_FILE ?? "/etc/ssl/certs/ca-certificates.crt",
  ...["/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem"],
  ...["/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem"],
];

const certificates: SystemPackage = {
  name: "ca-certificates",
  purpose: "Go's downloads",
  isThere: async () => (await Promise.all(certificateFiles.map(exists))).some(Boolean),
};

/** What a build needs of the system: with cgo a C compiler and the headers of libsystemd for Alloy's journal reader. */
const packagesFor = ({ name, cgo }: Recipe): SystemPackage[] => {
  if (!cgo) return [certificates];
  const purpose = `building ${name}`;
  const headers = [
    isFile("/usr/include/stdio.h", "libc6-dev", purpose),
    isFile("/usr/include/systemd/sd-journal.h", "libsystemd-dev", purpose),
  ];
  return [certificates, onPath("gcc", "gcc", purpose), ...headers];
};

/** What the system needs for a recipe's binaries to be had: nothing once they are built. */
export const buildNeeds = async (recipe: Recipe): Promise<SystemPackage[]> =>
  (await findCached(buildKey(recipe))) ? [] : packagesFor(recipe);

/** The environment of Go commands: nothing of a surrounding workspace or of the user's flags leaks in. */
function goEnv(cgo: boolean): NodeJS.ProcessEnv {
  return {
    ...process.env,
    GO111MODULE: "on",
    GOFLAGS: "",
    GOWORK: "off",
    GOTOOLCHAIN: "local",
    CGO_ENABLED: cgo ? "1" : "0",
    // the compiler collects garbage only when it must: a fifth less CPU time
    GOGC: "off",
    GOMEMLIMIT: "2GiB",
  };
}

/** A copy of a module without the lines that the recipe leaves out. @throws where a file has none of them */
async function cutModule(source: string, folder: string, without: Readonly<Record<string, string>>): Promise<void> {
  await run("cp", ["-R", "--no-preserve=mode", source, folder]);
  for (const [file, lines] of Object.entries(without)) {
    const text = (await readFile(join(folder, file), "utf8")).split("\n");
    const kept = text.filter((line) => !new RegExp(lines).test(line));
    if (kept.length === text.length)
      throw new Error(`${source}/${file}: expected lines that match /${lines}/, got none`);
    await writeFile(join(folder, file), kept.join("\n"));
  }
}

/** Under which key the binaries of a recipe are cached. */
export function buildKey(recipe: Recipe): Key {
  const { name, version, module, moduleVersion, packages, tags, cgo, stamps, requires, without } = recipe;
  return {
    name,
    version,
    recipe: { module, moduleVersion, packages, tags, cgo, stamps, requires, without, goArch, FLAGS },
  };
}

/**
 * Builds a recipe's binaries through a wrapper module (`go install module@version` refuses modules with replace
 * lines) and returns the folder that holds them. The module's own go.sum checks every download, sums.json the module
 * itself and what its go.sum leaves out.
 */
export async function goBuild(recipe: Recipe, findGo: () => Promise<Go>): Promise<string> {
  const { name, version } = recipe;
  return cached(buildKey(recipe), `build ${name} ${version} from its Go module`, async (folder) => {
    await ensureSystemPackages(packagesFor(recipe));
    const go = await findGo();
    const env = goEnv(recipe.cgo);
    const wrapper = join(folder, "wrapper");
    await mkdir(wrapper);
    const module = await downloadModule(go, recipe, env, wrapper);
    const own = JSON.parse(await run(go.command, ["mod", "edit", "-json", module.GoMod], { env })) as GoMod;
    await writeFile(join(wrapper, "go.mod"), wrapperGoMod(recipe, own));
    await copyFile(join(module.Dir, "go.sum"), join(wrapper, "go.sum"));
    if (recipe.without) {
      await cutModule(module.Dir, join(folder, "module"), recipe.without);
      await appendFile(join(wrapper, "go.mod"), `replace ${recipe.module} => ../module\n`);
    }
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
    const [before, after] = await Promise.all(
      [module.Dir, wrapper].map((path) => readFile(join(path, "go.sum"), "utf8")),
    );
    for (const { path, sum } of addedModules(before ?? "", after ?? "")) requireModuleSum(path, sum);
    await writeFile(join(folder, "go.sum"), after ?? "");
    for (const name of ["wrapper", "module"]) await rm(join(folder, name), { recursive: true, force: true });
  });
}
