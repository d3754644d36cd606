import { execFile } from "node:child_process";
import { createReadStream, existsSync } from "node:fs";
import { promisify } from "node:util";

/** A file out of a tar, gzipped or not, as JSON; undefined when it is not in there. */
const readJson = async (archive: string, name: string) => {
  const options = { maxBuffer: 1 << 24 };
  const { stdout } = await promisify(execFile)("tar", ["-xOf", archive, name], options).catch(() => ({ stdout: "" }));
  return stdout === "" ? undefined : JSON.parse(stdout);
};

/**
 * The id (hex sha256 of its config) of the one image in a docker-archive or oci-archive.
 * @throws Error that names the file when it is missing or no such archive.
 */
export const imageIdOf = async (file: string): Promise<string> => {
  const refuse = (why: string) =>
    new Error(`image archive ${file}: ${why}: expected a tar as 'podman save' or 'docker save' writes it`);
  if (!existsSync(file)) throw refuse("there is no such file");
  const docker = await readJson(file, "manifest.json");
  if (docker) return docker[0].Config.replace(/^blobs\/sha256\//, "").replace(/\.json$/, "");
  const index = await readJson(file, "index.json");
  if (!index) throw refuse("holds neither manifest.json nor index.json");
  const manifest = await readJson(file, `blobs/${index.manifests[0].digest.replace(":", "/")}`);
  return manifest.config.digest.replace("sha256:", "");
};

/** The archive's bytes, to be sent to `podman load`. */
export const readArchive = (file: string) => createReadStream(file, { highWaterMark: 1 << 20 });
