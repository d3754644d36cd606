import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { schema } from "../../config/config.ts";
import { run } from "../../toolchain/command.ts";
import { archiveFiles } from "../../toolchain/image-archive.ts";
import { ensureImages, imageNeeds } from "../../toolchain/images.ts";
import { grafanaStandIn } from "../stand-ins/grafana.ts";

/** The containers of the stack. */
export type Container = "prometheus" | "loki" | "grafana" | "alloy";

const given = process.env.WATCHPOST_GRAFANA_ARCHIVE;

/** The images of the stack's containers, as the config names them by default. */
const wanted = () => {
  const { prometheus, loki, grafana, alloy } = schema.parse({ hosts: {} });
  return Object.entries({ prometheus, loki, grafana, alloy }).map(([name, { image }]) => ({
    name: name as Container,
    reference: image,
  }));
};

/** What the images need of this machine. */
export const testImageNeeds = () => imageNeeds(wanted(), given ? { grafana: given } : {});

/** The images that the config names by default; Grafana's is a stand-in unless it is given or can be had. */
export const testImages = async (): Promise<Record<Container, string>> => {
  const images = await ensureImages(wanted(), given ? { grafana: given } : {});
  const archives = images.map(async (image) => {
    if ("archive" in image) return [image.name, image.archive];
    if (image.name === "grafana") return [image.name, await grafanaStandIn()];
    throw new Error(image.missing);
  });
  return Object.fromEntries(await Promise.all(archives));
};

/** Writes a copy of an image archive that differs in a label alone, so that it has another id. */
export const relabelled = async (archive: string, label: string, to: string): Promise<string> => {
  const parts = await mkdtemp(`${to}.`);
  try {
    await run("tar", ["-xf", archive, "-C", parts]);
    const json = async (name: string) => JSON.parse(await readFile(join(parts, name), "utf8"));
    const [{ Config, RepoTags, Layers }] = await json("manifest.json");
    const image = await json(Config);
    image.config.Labels = { ...image.config.Labels, "watchpost.test": label };
    const [layer] = Layers as string[];
    const { files } = archiveFiles(image, `${layer}`.replace(/\.tar$/, ""), RepoTags[0]);
    for (const [name, text] of Object.entries(files)) await writeFile(join(parts, name), text);
    await run("tar", ["-cf", to, ...Object.keys(files), `${layer}`], { cwd: parts });
    return to;
  } finally {
    await rm(parts, { recursive: true });
  }
};
