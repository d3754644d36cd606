import { rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { cached, exists, findCached } from "./cache.ts";
import { run, which } from "./command.ts";
import { findGo } from "./go.ts";
import { buildKey, goBuild } from "./go-build.ts";
import { goArch } from "./platform.ts";
import { note } from "./progress.ts";
import { reasonOf } from "./reason.ts";
import { recipes } from "./recipes.ts";
import { askOnce } from "./refusals.ts";
import { sumOf, UnknownSum } from "./sums.ts";
import { download, requireReachable, VendorUnreachable } from "./vendor.ts";

/** A resource plugin that can be used: where its executable lies and where that came from. */
export interface Plugin {
  version: string;
  source: "path" | "vendor" | "built" | "stand-in";
  file: string;
  /** Of a stand-in: why the plugin itself cannot be had. */
  why?: string;
}

/** A plugin that cannot be had, and why. */
export interface MissingPlugin {
  missing: string;
}

/** The plugins that the program uses, at the versions of their npm packages. */
export const pluginVersions = { command: recipes.command.version, random: "4.21.2", grafana: "2.40.0" } as const;

export type PluginName = keyof typeof pluginVersions;

const vendors: Record<PluginName, string> = {
  command: "https://get.pulumi.com/releases/plugins",
  random: "https://get.pulumi.com/releases/plugins",
  grafana: "https://github.com/pulumiverse/pulumi-grafana/releases/download/v2.40.0",
};

/** The vendor's archive of a plugin. */
export const pluginArchive = (name: PluginName, arch: string): string =>
  `${vendors[name]}/pulumi-resource-${name}-v${pluginVersions[name]}-linux-${arch}.tar.gz`;

/** A plugin on PATH or in the user's PULUMI_HOME, or built by an earlier run. */
async function alreadyThere(name: PluginName): Promise<Plugin | undefined> {
  const [version, program] = [pluginVersions[name], `pulumi-resource-${name}`];
  const onPath = await which(program); // the engine prefers it to any other, whatever its version
  if (onPath) return { version: "unknown, on PATH", source: "path", file: onPath };
  const home = process.env.PULUMI_HOME || join(homedir(), ".pulumi");
  const file = join(home, "plugins", `resource-${name}-v${version}`, program);
  if (await exists(file)) return { version, source: "path", file };
  const wasBuilt = name === "command" && (await findCached(buildKey(recipes.command)));
  return wasBuilt ? { version, source: "built", file: join(wasBuilt, program) } : undefined;
}

async function fromVendor(name: PluginName): Promise<Plugin> {
  const [version, program] = [pluginVersions[name], `pulumi-resource-${name}`];
  const url = pluginArchive(name, goArch);
  const key = { name: `vendor-${program}`, version, recipe: { url, sum: sumOf(url) } };
  if (!(await findCached(key))) await requireReachable(url);
  const folder = await cached(key, `get the ${name} plugin ${version} from its vendor`, async (draft) => {
    const archive = join(draft, "plugin.tar.gz");
    await download(url, archive);
    await run("tar", ["-xzf", archive, "-C", draft]);
    await rm(archive);
    if (!(await exists(join(draft, program)))) throw new Error(`${url} holds no ${program}`);
  });
  return { version, source: "vendor", file: join(folder, program) };
}

async function built(name: PluginName): Promise<Plugin> {
  if (name !== "command") throw new Error("it is not published as a Go module");
  const { version } = recipes.command;
  sumOf(`go:${recipes.command.module}@${recipes.command.moduleVersion}`);
  const refusal = await askOnce(`the Go module of the command plugin ${version}`, async () =>
    goBuild(recipes.command, findGo).then(() => undefined, reasonOf),
  );
  if (refusal !== undefined) throw new Error(refusal);
  const folder = await goBuild(recipes.command, findGo);
  return { version, source: "built", file: join(folder, "pulumi-resource-command") };
}

/** A plugin: the one that is there already, else the vendor's, else built; else the reasons why not. */
export async function findPlugin(name: PluginName): Promise<Plugin | MissingPlugin> {
  const found = await alreadyThere(name);
  if (found) return found;
  const reasons: string[] = [];
  for (const way of [fromVendor, built])
    try {
      return await way(name);
    } catch (error) {
      if (!(error instanceof VendorUnreachable || error instanceof UnknownSum) && way === fromVendor)
        note(`${name} plugin: ${reasonOf(error)}`);
      reasons.push(reasonOf(error));
    }
  return { missing: `the ${name} plugin ${pluginVersions[name]} cannot be had: ${reasons.join("; ")}` };
}
