import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../../../toolchain/cache.ts";
import { run } from "../../../toolchain/command.ts";

/** libfaketime of Debian's: a clock of a process's own, since the test host has this machine's kernel and its clock. */
export const faketimeLibrary = async (): Promise<string> => {
  const key = { name: "test-faketime", version: "1", recipe: { arch: process.arch } };
  const folder = await cached(key, "get libfaketime from Debian", async (draft) => {
    const download = () => run("apt-get", ["download", "libfaketime"], { cwd: draft });
    await download().catch(async () => {
      await run("apt-get", ["update", "-qq"]);
      await download();
    });
    const [archive = ""] = await readdir(draft);
    await run("dpkg-deb", ["--extract", archive, "unpacked"], { cwd: draft });
  });
  const found = await run("find", [join(folder, "unpacked"), "-name", "libfaketime.so.1", "-type", "f"]);
  return found.trim();
};
