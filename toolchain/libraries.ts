import { exists } from "./cache.ts";
import { run, which } from "./command.ts";

/** libsystemd opens these by name at run time, so that the linker's list need not name them; nor libsystemd itself. */
const OPENED_BY_NAME = [
  "libsystemd.so.0",
  "libcap.so.2",
  "libgcrypt.so.20",
  "libgpg-error.so.0",
  "liblz4.so.1",
  "libzstd.so.1",
  "liblzma.so.5",
];

/** The files that `ldd` names, the loader among them: "libc.so.6 => /lib/libc.so.6 (0x7f..)", "/lib64/ld.so (0x7f..)". */
export function lddPaths(output: string): string[] {
  return [...output.matchAll(/(?:=>\s*|^\s*)(\/\S+)\s+\(0x/gm)].map((match) => match[1] as string);
}

/** The file of each library in this machine's loader cache, by name; only those of the loader's own architecture. */
export function ldconfigPaths(output: string): Map<string, string> {
  const lines = [...output.matchAll(/^\s*(\S+) \((libc6[^)]*)\) => (\/\S+)$/gm)];
  return new Map(lines.reverse().map((match) => [match[1] as string, match[3] as string]));
}

/** Every library that a program needs to run elsewhere, as files of this machine. */
export async function librariesOf(programs: readonly string[]): Promise<string[]> {
  const ldconfig = (await which("ldconfig")) ?? "/sbin/ldconfig";
  const known = (await exists(ldconfig)) ? ldconfigPaths(await run(ldconfig, ["-p"])) : new Map<string, string>();
  const opened = OPENED_BY_NAME.flatMap((name) => known.get(name) ?? []);
  const needed = await Promise.all([...programs, ...opened].map(async (file) => lddPaths(await run("ldd", [file]))));
  return [...new Set([...opened, ...needed.flat()])].sort();
}
