import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import type { ScriptResult } from "../../providers/ssh/errors.ts";

/** What the scripts read and write by fixed paths: on a fake host these lie in its folder. */
const moved =
  /\/(run\/watchpost|run\/user\/|run\/systemd\/system|var\/lib\/watchpost|etc\/(subuid|subgid|login.defs|machine-id|os-release)|usr\/lib\/systemd)/g;

const which = async (tool: string): Promise<string> => {
  const { stdout } = await promisify(execFile)("bash", ["-c", `type -P "$1"`, "bash", tool]);
  return stdout.trim();
};

/** The files of a fake host, below a temporary folder, and its bash. */
export class FakeRoot {
  readonly folder: string;
  readonly #tools: string[] | undefined;

  private constructor(folder: string, tools: string[] | undefined) {
    this.folder = folder;
    this.#tools = tools;
  }

  /** @param tools The only commands of this machine that its scripts find; all of them by default. */
  static async make(tools?: string[]): Promise<FakeRoot> {
    const folder = await mkdtemp(join(tmpdir(), "watchpost-fake-host-"));
    for (const path of ["bin", "etc", "run", "var/lib"]) await mkdir(join(folder, path), { recursive: true });
    for (const tool of tools ?? []) await symlink(await which(tool), join(folder, "bin", tool));
    return new FakeRoot(folder, tools);
  }

  /** Puts a command on the host: the body of a bash script. */
  async install(name: string, body: string): Promise<void> {
    await writeFile(join(this.folder, "bin", name), `#!/bin/bash\n${body}\n`, { mode: 0o755 });
  }

  /** Everything on it, by path. */
  async files(): Promise<string[]> {
    return (await readdir(this.folder, { recursive: true })).sort();
  }

  /** Runs a script with its closing brace as this user, with what follows it on standard input. */
  async run(script: string, input: Buffer): Promise<ScriptResult> {
    const path = this.#tools ? /PATH=\S*/ : "PATH=";
    const here = script.replaceAll(moved, `${this.folder}$&`).replace(path, `PATH=${this.folder}/bin:`);
    const bytes = Buffer.from(here);
    const command = ["-c", `eval "{ $(head -c ${bytes.length})"`];
    // below a login shell, or bash takes its standard input for rshd's and reads ~/.bashrc
    const env = { PATH: process.env.PATH, SHLVL: "1" };
    // a process group of its own, so that a script can end itself as a whole
    const child = spawn("/bin/bash", command, { env, detached: true });
    child.stdin.on("error", () => {});
    child.stdin.end(Buffer.concat([bytes, input]));
    const [stdout, stderr] = await Promise.all([buffer(child.stdout), buffer(child.stderr), once(child, "close")]);
    return { stdout: stdout.toString(), stderr: stderr.toString(), status: child.exitCode ?? 255 };
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
