import { join } from "node:path";
import { cached } from "../../toolchain/cache.ts";
import { run, which } from "../../toolchain/command.ts";
import { sha256 } from "../../toolchain/vendor.ts";

/** What we are timed against, from PyPI; the newest that run on Python 3.11. requirements.txt has their hashes. */
export const versions = { pyinfra: "3.10.0", "ansible-core": "2.19.14" } as const;

/**
 * The Python of a virtual environment that has the peers.
 * @throws Error, or CommandError with pip's last lines, when they cannot be had.
 */
export const peersPython = async (): Promise<string> => {
  const python = await which("python3");
  if (!python) throw new Error("there is no python3 on PATH");
  const packages = Object.entries(versions).map(([name, version]) => `${name}==${version}`);
  const requirements = join(import.meta.dirname, "requirements.txt");
  const recipe = { pinned: await sha256(requirements), python: (await run(python, ["--version"])).trim() };
  const key = { name: "bench-peers", version: versions.pyinfra, recipe };
  const folder = await cached(key, `install ${packages.join(" and ")} from PyPI`, async (draft) => {
    await run(python, ["-m", "venv", draft]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"];
    await run(join(draft, "bin", "python3"), [...pip, "--requirement", requirements]);
  });
  // only by `python3 -m`: the programs beside it name the folder that they were made in
  return join(folder, "bin", "python3");
};
