import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../toolchain/command.ts";
import type { Stage } from "../stage.ts";
import type { Objects } from "./objects.ts";
import { peersPython, versions } from "./venv.ts";

/** Another tool that brings the same objects to the same host. */
export interface Peer {
  /** With its version. */
  name: string;
  /** Brings everything. @returns how much of it was changed. @throws CommandError with its last lines. */
  apply(): Promise<number>;
}

export interface Peers {
  all: Peer[];
  close(): Promise<void>;
}

/** The count in a tool's own summary. @throws Error when there is none. */
const changedIn = (said: string, summary: RegExp): number => {
  const [, count] = summary.exec(said) ?? [];
  if (count === undefined) throw new Error(`expected a summary that matches ${summary}, got:\n${said}`);
  return count === "-" ? 0 : Number(count);
};

const pyinfra = (python: string, { host }: Stage, folder: string): Peer => {
  const data = {
    ssh_user: host.user,
    ssh_key: host.privateKeyFile,
    ssh_known_hosts_file: host.knownHostsFile,
    objects: join(folder, "objects.json"),
  };
  const flags = Object.entries(data).flatMap(([key, value]) => ["--data", `${key}=${value}`]);
  const args = ["-m", "pyinfra", "-y", ...flags, host.address, join(import.meta.dirname, "deploy.py")];
  // it says everything on standard error
  const command = ["-c", 'exec "$0" "$@" 2>&1', python, ...args];
  return {
    name: `pyinfra ${versions.pyinfra}`,
    apply: async () => changedIn(await run("sh", command, { cwd: folder }), /Grand total\s+\d+\s+(\d+|-)/),
  };
};

const ansible = (python: string, { host }: Stage, folder: string): Peer => {
  const env = {
    ...process.env,
    ANSIBLE_PIPELINING: "true",
    ANSIBLE_HOME: folder,
    ANSIBLE_LOCALHOST_WARNING: "false",
    // what it would find out by itself costs it a round trip
    ANSIBLE_PYTHON_INTERPRETER: "/usr/bin/python3",
    ANSIBLE_SSH_COMMON_ARGS: `-o UserKnownHostsFile=${host.knownHostsFile}`,
  };
  const to = ["-i", `${host.address},`, "-u", host.user, "--private-key", host.privateKeyFile];
  const playbook = join(import.meta.dirname, "playbook.yml");
  const args = ["-m", "ansible", "playbook", ...to, "-e", `@${join(folder, "objects.json")}`, playbook];
  return {
    name: `ansible-core ${versions["ansible-core"]}`,
    apply: async () => changedIn(await run(python, args, { cwd: folder, env }), / changed=(\d+) .* failed=0 /),
  };
};

/** Writes the list of objects, and the contents as files beside it: what is in a file is no template to Ansible. */
const layOut = async ({ files, ...others }: Objects, folder: string): Promise<void> => {
  await mkdir(join(folder, "files"));
  const copies = files.map(async ({ content, ...file }, index) => {
    const src = join(folder, "files", String(index));
    await writeFile(src, content);
    return { ...file, src };
  });
  await writeFile(join(folder, "objects.json"), JSON.stringify({ ...others, files: await Promise.all(copies) }));
};

/** Sets both peers up for the stage's host. @throws Error when they cannot be had. */
export const openPeers = async (stage: Stage, objects: Objects): Promise<Peers> => {
  const python = await peersPython();
  const folder = await mkdtemp(join(tmpdir(), "watchpost-bench-"));
  await layOut(objects, folder);
  return {
    all: [pyinfra(python, stage, folder), ansible(python, stage, folder)],
    close: () => rm(folder, { recursive: true, force: true }),
  };
};
