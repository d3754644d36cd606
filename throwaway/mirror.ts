import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const DEFAULT = "http://deb.debian.org/debian";
const APT = "/etc/apt";

/** The URIs of one sources file, of the one-line form (*.list) or the deb822 form (*.sources). */
export function urisOf(file: string, text: string): string[] {
  const lines = text.split("\n").filter((line) => !line.startsWith("#"));
  if (file.endsWith(".list")) {
    return lines.flatMap((line) => line.match(/^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s/)?.[1] ?? []);
  }
  return lines
    .join("\n")
    .split(/\n\s*\n/)
    .filter((entry) => /^Types:.*\bdeb\b/m.test(entry) && !/^Enabled:\s*no/im.test(entry))
    .flatMap(
      (entry) =>
        entry
          .match(/^URIs:\s*(.+)$/m)?.[1]
          ?.trim()
          .split(/\s+/) ?? [],
    );
}

/** Whether a URI is a mirror of the Debian archive itself: not of security updates, snapshots or other vendors. */
export const isDebianArchive = (uri: string): boolean => /^https?:\/\/.+\/debian\/?$/.test(uri);

/** The Debian mirror that this machine is set up with, else deb.debian.org. */
export async function debianMirror(): Promise<string> {
  const parts = await readdir(join(APT, "sources.list.d")).catch(() => []);
  const files = [
    "sources.list",
    ...parts.filter((part) => /\.(list|sources)$/.test(part)).map((part) => join("sources.list.d", part)),
  ];
  for (const file of files) {
    const text = await readFile(join(APT, file), "utf8").catch(() => "");
    const uri = urisOf(file, text).find(isDebianArchive);
    if (uri) return uri;
  }
  return DEFAULT;
}
