import { access, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { run } from "../../toolchain/command.ts";

/** A Grafana that can be run: its folder with `bin/`, `conf/` and `public/`. */
export interface GrafanaHome {
  folder: string;
  /** What `grafana --version` says, such as 12.4.0. */
  version: string;
  /** Whether it has the pages that a browser opens: its source alone has none. */
  pages: boolean;
  /** Takes away what was unpacked for it. */
  forget: () => Promise<void>;
}

const { WATCHPOST_GRAFANA_HOME: givenHome, WATCHPOST_GRAFANA_ARCHIVE: givenArchive } = process.env;

/** Why there is no real Grafana to test with; false where there is one. */
export const noGrafana: string | false =
  givenHome === undefined && givenArchive === undefined
    ? "no Grafana is given: WATCHPOST_GRAFANA_HOME is for its folder, WATCHPOST_GRAFANA_ARCHIVE for an archive of its image"
    : false;

/** Unpacks an image archive into a folder, each layer over those before; without what layers take away. */
const unpack = async (archive: string, folder: string): Promise<string> => {
  const [parts, root] = [join(folder, "parts"), join(folder, "root")];
  await Promise.all([mkdir(parts), mkdir(root)]);
  await run("tar", ["-xf", archive, "-C", parts]);
  const [image]: { Layers: string[] }[] = JSON.parse(await readFile(join(parts, "manifest.json"), "utf8"));
  for (const layer of image?.Layers ?? [])
    await run("tar", ["-xf", join(parts, layer), "-C", root, "--no-same-owner", "--exclude=.wh.*"]);
  await rm(parts, { recursive: true });
  return join(root, "usr/share/grafana");
};

const there = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** The Grafana that is given. @throws with what it said, where it does not run on this machine */
export const grafanaHome = async (): Promise<GrafanaHome> => {
  const unpacked = givenHome === undefined ? await mkdtemp(join(tmpdir(), "watchpost-grafana-image-")) : undefined;
  const forget = async () => {
    if (unpacked !== undefined) await rm(unpacked, { recursive: true });
  };
  try {
    const folder = unpacked === undefined ? resolve(givenHome ?? "") : await unpack(givenArchive ?? "", unpacked);
    const said = await run(join(folder, "bin/grafana"), ["--version"]);
    const [version = said.trim()] = /\d+\.\d+\.\d+\S*/.exec(said) ?? [];
    return { folder, version, pages: await there(join(folder, "public/build/assets-manifest.json")), forget };
  } catch (error) {
    await forget();
    throw error;
  }
};
