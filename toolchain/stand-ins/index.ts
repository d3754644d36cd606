import { join } from "node:path";
import { type MissingPlugin, type Plugin, type PluginName, pluginVersions } from "../plugins.ts";

/** The plugins that have a stand-in here. */
const standIns: readonly PluginName[] = ["command", "random", "grafana"];

/** The stand-in for a plugin, undefined where there is none. */
export function standInFor(name: PluginName): Plugin | undefined {
  if (!standIns.includes(name)) return undefined;
  const file = join(import.meta.dirname, name, `pulumi-resource-${name}`);
  return { version: pluginVersions[name], source: "stand-in", file };
}

/** Whether a plugin is a stand-in. */
export const isStandIn = (plugin: Plugin | MissingPlugin): boolean =>
  "source" in plugin && plugin.source === "stand-in";
