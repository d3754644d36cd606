import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";

/** The files of an image archive that tell what is in it; they are small. */
const wanted = new Set(["manifest.json", "index.json"]);
const isBlob = (name: string) => name.startsWith("blobs/sha256/");

const headerOf = (block: Buffer) => {
  const text = (from: number, length: number) => block.toString("utf8", from, from + length).replace(/\0.*$/s, "");
  const prefix = text(345, 155);
  const name = (prefix ? `${prefix}/` : "") + text(0, 100);
  return { name: name.replace(/^\.\//, ""), size: Number.parseInt(text(124, 12).trim() || "0", 8) };
};

/** Reads the small files out of a tar, skipping the layers without reading them where it can. */
const smallFiles = async (file: string): Promise<Map<string, string>> => {
  const found = new Map<string, string>();
  const handle = await open(file);
  try {
    const block = Buffer.alloc(512);
    for (let at = 0; (await handle.read(block, 0, 512, at)).bytesRead === 512 && block[0] !== 0; ) {
      const { name, size } = headerOf(block);
      if (wanted.has(name) || (isBlob(name) && size < 1 << 20)) {
        const content = Buffer.alloc(size);
        await handle.read(content, 0, size, at + 512);
        found.set(name, content.toString("utf8"));
      }
      at += 512 + Math.ceil(size / 512) * 512;
    }
  } finally {
    await handle.close();
  }
  return found;
};

const isGzip = async (file: string) => {
  const handle = await open(file);
  const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  await handle.close();
  return buffer[0] === 0x1f && buffer[1] === 0x8b;
};

/**
 * The id (hex sha256 of its config) of the one image in a docker-archive or oci-archive.
 * @throws Error that names the file when it is missing, compressed or no such archive.
 */
export const imageIdOf = async (file: string): Promise<string> => {
  const refuse = (why: string) =>
    new Error(`image archive ${file}: ${why}: expected a tar as 'podman save' or 'docker save' writes it`);
  try {
    if (await isGzip(file)) throw refuse("is compressed (gunzip it first)");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") throw refuse("there is no such file");
    throw cause;
  }
  const files = await smallFiles(file);
  const json = (name: string) => JSON.parse(files.get(name) ?? "null");
  const docker = json("manifest.json");
  if (docker) return docker[0].Config.replace(/^blobs\/sha256\//, "").replace(/\.json$/, "");
  const index = json("index.json");
  if (!index) throw refuse("holds neither manifest.json nor index.json");
  const blob = (digest: string) => json(`blobs/${digest.replace(":", "/")}`);
  return blob(index.manifests[0].digest).config.digest.replace("sha256:", "");
};

/** The archive's bytes, to be sent to `podman load`. */
export const readArchive = (file: string) => createReadStream(file, { highWaterMark: 1 << 20 });
