import { stat } from "node:fs/promises";
import { run } from "./command.ts";

/** What lies in an image archive. */
export interface ArchiveContent {
  format: "docker-archive" | "oci-archive";
  /** The references that it goes by; empty when it names none. */
  references: string[];
}

/** An image archive's format, from the names of its files. */
export function archiveFormat(names: readonly string[]): ArchiveContent["format"] | undefined {
  const top = new Set(names.map((name) => name.replace(/^\.\//, "")));
  if (top.has("manifest.json")) return "docker-archive";
  return top.has("oci-layout") && top.has("index.json") ? "oci-archive" : undefined;
}

interface DockerManifest {
  Config: string;
  RepoTags?: string[] | null;
}
interface OciIndex {
  manifests?: { annotations?: Record<string, string> }[];
}

async function readJson(archive: string, names: readonly string[], wanted: string): Promise<unknown> {
  const name = names.find((each) => each.replace(/^\.\//, "") === wanted) ?? wanted;
  return JSON.parse(await run("tar", ["-xOf", archive, name]));
}

/**
 * Looks into an image archive (docker-archive or oci-archive, also gzipped).
 * @throws Error that says in one sentence what is wrong with the file.
 */
export async function readImageFile(file: string): Promise<ArchiveContent> {
  const info = await stat(file).catch(() => undefined);
  if (!info) throw new Error(`there is no file ${file}`);
  if (!info.isFile()) throw new Error(`${file} is not a file: expected an image archive, as \`podman save\` writes it`);
  const names = await run("tar", ["-tf", file]).then(
    (text) => text.split("\n"),
    () => undefined,
  );
  if (!names) throw new Error(`${file} is no tar archive (gzipped or not): expected what \`podman save\` writes`);
  const format = archiveFormat(names);
  if (!format)
    throw new Error(
      `${file} is a tar archive but holds no image: expected what \`podman save\` writes, not \`podman export\``,
    );
  if (format === "docker-archive") {
    const manifest = (await readJson(file, names, "manifest.json")) as DockerManifest[];
    return { format, references: manifest.flatMap((image) => image.RepoTags ?? []) };
  }
  const index = (await readJson(file, names, "index.json")) as OciIndex;
  const annotations = (index.manifests ?? []).map((image) => image.annotations ?? {});
  const references = annotations.flatMap(
    (each) => each["io.containerd.image.name"] ?? each["org.opencontainers.image.ref.name"] ?? [],
  );
  return { format, references };
}

/** For which processors the first image of a docker-archive is, in OCI's words. */
export async function architectureOf(archive: string): Promise<string> {
  const [image] = (await readJson(archive, [], "manifest.json")) as DockerManifest[];
  if (!image) throw new Error(`${archive} holds no image`);
  return ((await readJson(archive, [], image.Config)) as { architecture: string }).architecture;
}
