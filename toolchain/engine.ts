import { readFile, realpath, rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { cached, findCached } from "./cache.ts";
import { run, which } from "./command.ts";
import { findGo, isAtLeast } from "./go.ts";
import { buildKey, buildNeeds, goBuild } from "./go-build.ts";
import { requireLinux } from "./platform.ts";
import { findPlugin, type MissingPlugin, type Plugin, type PluginName, pluginVersions } from "./plugins.ts";
import { note } from "./progress.ts";
import { type HomeFiles, pulumiHome } from "./pulumi-home.ts";
import { reasonOf } from "./reason.ts";
import { recipes } from "./recipes.ts";
import { isStandIn, standInFor } from "./stand-ins/index.ts";
import { sumOf } from "./sums.ts";
import type { SystemPackage } from "./system-packages.ts";
import { download, requireReachable, VendorUnreachable, whyUnreachable } from "./vendor.ts";

/** Pulumi's engine and its plugins on this machine. */
export interface Engine {
  version: string;
  source: "path" | "vendor" | "built";
  /** Entries to put first on PATH. */
  path: string;
  /** What else the engine's environment needs. With PULUMI_HOME set, choose the backend by PULUMI_BACKEND_URL. */
  env: Record<string, string>;
  plugins: Record<PluginName, Plugin | MissingPlugin>;
  /** The plugins that are stand-ins, by name. */
  standIns: PluginName[];
}

const VERSION = recipes.engine.version;
const LAUNCHER = "pulumi-resource-pulumi-nodejs";

interface Found {
  version: string;
  source: Engine["source"];
  /** The folder that holds `pulumi` and what came with it. */
  folder: string;
}

async function onPath(): Promise<Found | undefined> {
  const command = await which("pulumi");
  if (!command) return undefined;
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const version = (await run(command, ["version"], { env })).trim().replace(/^v/, "");
  if (isAtLeast(version, VERSION)) return { version, source: "path", folder: dirname(await realpath(command)) };
  note(`the engine on PATH is ${version}, older than ${VERSION}: another is used`);
  return undefined;
}

/** The vendor's archive of the engine. @param arch in Node's words */
export const engineArchive = (arch: string): string =>
  `https://get.pulumi.com/releases/sdk/pulumi-v${VERSION}-linux-${arch}.tar.gz`;

async function fromVendor(): Promise<Found> {
  const url = engineArchive(process.arch);
  const key = { name: "vendor-pulumi", version: VERSION, recipe: { url, sum: sumOf(url) } };
  if (!(await findCached(key))) await requireReachable(url);
  const folder = await cached(key, `get the Pulumi engine ${VERSION} from its vendor`, async (draft) => {
    await download(url, join(draft, "pulumi.tar.gz"));
    await run("tar", ["-xzf", join(draft, "pulumi.tar.gz"), "--strip-components=1", "-C", draft]);
    await rm(join(draft, "pulumi.tar.gz"));
  });
  return { version: VERSION, source: "vendor", folder };
}

async function findEngine(): Promise<Found> {
  const found = await onPath();
  if (found) return found;
  const wasBuilt = await findCached(buildKey(recipes.engine)); // then the vendor need not be asked
  if (!wasBuilt)
    try {
      return await fromVendor();
    } catch (error) {
      if (!(error instanceof VendorUnreachable)) note(reasonOf(error));
    }
  return { version: VERSION, source: "built", folder: wasBuilt ?? (await goBuild(recipes.engine, findGo)) };
}

/** What the system needs for the engine to be had, so that it can be installed before the first build. */
export async function engineNeeds(): Promise<SystemPackage[]> {
  if ((await which("pulumi")) || (await findCached(buildKey(recipes.engine)))) return [];
  return (await whyUnreachable(engineArchive(process.arch))) === undefined ? [] : buildNeeds(recipes.engine);
}

/** What our own PULUMI_HOME holds: the plugins, and an engine that was built with the launcher that it lacks. */
async function homeFiles(engine: Found, plugins: Engine["plugins"]): Promise<HomeFiles> {
  const copies: Record<string, string> = {};
  const links: Record<string, string> = {};
  const scripts: Record<string, string> = {};
  if (engine.source === "built") {
    copies["bin/pulumi"] = join(engine.folder, "pulumi");
    scripts[`bin/${LAUNCHER}`] = await readFile(join(import.meta.dirname, "launchers", LAUNCHER), "utf8");
  }
  for (const [name, plugin] of Object.entries(plugins))
    if ("file" in plugin && plugin.version === pluginVersions[name as PluginName])
      links[`plugins/resource-${name}-v${plugin.version}/pulumi-resource-${name}`] = plugin.file;
  return { copies, links, scripts };
}

/**
 * The engine and its plugins: each is taken where it is already (PATH, PULUMI_HOME), else from its vendor, else built.
 * @param options.standIns lets named stand-ins take the place of plugins that cannot be had (demo and tests only).
 */
export async function ensureEngine(options: { standIns?: boolean } = {}): Promise<Engine> {
  requireLinux();
  const engine = await findEngine();
  const names = Object.keys(pluginVersions) as PluginName[];
  const found = await Promise.all(
    names.map(async (name): Promise<[PluginName, Plugin | MissingPlugin]> => {
      const plugin = await findPlugin(name);
      return [name, ("missing" in plugin && options.standIns && standInFor(name, plugin.missing)) || plugin];
    }),
  );
  const plugins = Object.fromEntries(found) as Engine["plugins"];
  const nodeFolder = dirname(process.execPath); // launchers run `node`, and that must be one that runs TypeScript
  const env: Record<string, string> = { PULUMI_SKIP_UPDATE_CHECK: "true" };
  const standIns = names.filter((name) => isStandIn(plugins[name]));
  const common = { version: engine.version, source: engine.source, plugins, standIns };
  const isUsers = Object.values(plugins).every((plugin) => "file" in plugin && plugin.source === "path");
  if (engine.source === "path" && isUsers) return { ...common, path: nodeFolder, env };
  const home = await pulumiHome(engine.version, await homeFiles(engine, plugins));
  env.PULUMI_HOME = home;
  env.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION = "true";
  const engineFolder = engine.source === "built" ? join(home, "bin") : engine.folder;
  return { ...common, path: [engineFolder, nodeFolder].join(delimiter), env };
}
