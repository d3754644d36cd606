import { join } from "node:path";
import { type MissingPlugin, type Plugin, type PluginName, pluginVersions } from "../plugins.ts";

/** The plugins that have a stand-in here. */
const standIns: readonly PluginName[] = ["command", "random", "grafana"];

/**
 * The stand-in for a plugin, undefined where there is none.
 * @param why the plugin itself cannot be had.
 */
export function standInFor(name: PluginName, why: string): Plugin | undefined {
  if (!standIns.includes(name)) return undefined;
  const file = join(import.meta.dirname, name, `pulumi-resource-${name}`);
  return { version: pluginVersions[name], source: "stand-in", file, why };
}

/** Whether a plugin is a stand-in. */
export const isStandIn = (plugin: Plugin | MissingPlugin): boolean =>
  "source" in plugin && plugin.source === "stand-in";
