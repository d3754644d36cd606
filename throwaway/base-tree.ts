import { glob, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cached, exists } from "../toolchain/cache.ts";
import { CommandError } from "../toolchain/command.ts";
import { putFile, putLink } from "./guest-files.ts";
import { debianMirror } from "./mirror.ts";
import { recipe } from "./recipe.ts";
import { system } from "./system.ts";

const SCRIPTS = "/usr/share/debootstrap/scripts";
const LOG_LINES = 10;

/** The script of the suite; a debootstrap older than the suite has none, and sid's is the same one. */
async function suiteScript(): Promise<string> {
  const own = join(SCRIPTS, recipe.suite);
  return (await exists(own)) ? own : join(SCRIPTS, "sid");
}

/** The end of the log of what debootstrap ran in the tree: its own words only name that file. */
async function logTail(root: string): Promise<string> {
  const log = await readFile(join(root, "debootstrap/debootstrap.log"), "utf8").catch(() => "");
  const lines = log.trim().split("\n").slice(-LOG_LINES);
  return lines.join("") ? `\nits log ends with:\n${lines.join("\n")}` : "";
}

async function bootstrap(root: string): Promise<void> {
  const debootstrap = ["debootstrap", "--variant=minbase", `--include=${recipe.packages.join(",")}`];
  try {
    // In namespaces of its own: its mounts and children end with it, however it ends.
    await system("unshare", [
      ...["--mount", "--pid", "--fork", "--kill-child"],
      ...[...debootstrap, recipe.suite, root, await debianMirror(), await suiteScript()],
    ]);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(`${error.message}${await logTail(root)}`, error.output);
  }
}

async function configure(root: string): Promise<void> {
  for await (const path of glob([...recipe.removed], { cwd: root })) {
    await rm(join(root, path), { recursive: true, force: true });
  }
  for (const { name, sudoer } of recipe.users) {
    await system("chroot", [root, "useradd", "--create-home", "--shell", "/bin/bash", name]);
    if (sudoer) await putFile(root, `etc/sudoers.d/${name}`, `${name} ALL=(ALL) NOPASSWD: ALL\n`, 0o440);
  }
  for (const [path, text] of Object.entries(recipe.files)) await putFile(root, path, text);
  for (const unit of recipe.masked) await putLink(root, `etc/systemd/system/${unit}`, "/dev/null");
  for (const [path, target] of Object.entries(recipe.links)) await putLink(root, path, target);
}

/**
 * The Debian tree that every throwaway host starts from: `usr`, to be laid under an overlay, and `rest`, to be copied.
 * Made once (a minute or two, with downloads from the machine's Debian mirror), then found in the cache.
 * @throws CommandError with the last lines of debootstrap and of its log.
 */
export function baseTree(): Promise<string> {
  const key = { name: "throwaway-host", version: recipe.suite, recipe };
  return cached(key, `make the throwaway host's Debian ${recipe.suite} tree with debootstrap`, async (folder) => {
    const rest = join(folder, "rest");
    await bootstrap(rest);
    await configure(rest);
    await rename(join(rest, "usr"), join(folder, "usr"));
    await mkdir(join(rest, "usr"));
  });
}
