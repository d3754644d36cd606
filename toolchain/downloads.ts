import { schema } from "../config/config.ts";
import { engineArchive } from "./engine.ts";
import { goArchive, goModule } from "./go.ts";
import { type PluginName, pluginArchive, pluginVersions } from "./plugins.ts";
import { type Recipe, recipes } from "./recipes.ts";
import type { Sums } from "./sums.ts";

const goArchitectures = ["amd64", "arm64"];

const images = () => {
  const { prometheus, loki, grafana, alloy, watch } = schema.parse({ hosts: {} });
  return [prometheus, loki, grafana, alloy, watch].map(({ image }) => `image:${image}`);
};

const modules = () => {
  const paths = Object.values<Recipe>(recipes).flatMap(({ module, moduleVersion, besides = [] }) => [
    `${module}@${moduleVersion}`,
    ...besides,
  ]);
  return [...new Set(paths)].map((path) => `go:${path}`);
};

/**
 * Everything that the toolchain downloads on any machine, as sums.json names it. Node's version is kept there only, since
 * bootstrap.mjs has to read it without TypeScript.
 */
export const downloads = (sums: Sums): string[] => [
  ...["x64", "arm64"].map(engineArchive),
  ...(Object.keys(pluginVersions) as PluginName[]).flatMap((name) =>
    goArchitectures.map((arch) => pluginArchive(name, arch)),
  ),
  ...goArchitectures.flatMap((arch) => [goArchive(arch), `go:${goModule(arch)}`]),
  ...modules(),
  ...images(),
  ...Object.keys(sums).filter((key) => key.startsWith("npm:node-linux-")),
];
