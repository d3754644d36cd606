import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../toolchain/command.ts";
import type { Stage } from "../stage.ts";
import type { Objects } from "./objects.ts";
import { peersPython, versions } from "./venv.ts";

/** Other tools that bring the same objects to the same host. */
export interface Peers {
  /** By name and version: brings everything, which changes nothing. @throws CommandError with its last lines. */
  works: Record<string, () => Promise<unknown>>;
  close(): Promise<void>;
}

const pyinfra = (python: string, { host }: Stage, folder: string) => {
  const data = {
    ssh_user: host.user,
    ssh_key: host.privateKeyFile,
    ssh_known_hosts_file: host.knownHostsFile,
    objects: join(folder, "objects.json"),
  };
  const flags = Object.entries(data).flatMap(([key, value]) => ["--data", `${key}=${value}`]);
  const args = ["-m", "pyinfra", "-y", ...flags, host.address, join(import.meta.dirname, "deploy.py")];
  return () => run(python, args, { cwd: folder });
};

const ansible = (python: string, { host }: Stage, folder: string) => {
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
  return async () => {
    const said = await run(python, args, { cwd: folder, env });
    if (!/ changed=0 .* failed=0 /.test(said)) throw new Error(`Ansible found something to change:\n${said}`);
  };
};

/** Sets both peers up for the stage's host. @throws Error when they cannot be had. */
export const openPeers = async (stage: Stage, objects: Objects): Promise<Peers> => {
  const python = await peersPython();
  const folder = await mkdtemp(join(tmpdir(), "watchpost-bench-"));
  await writeFile(join(folder, "objects.json"), JSON.stringify(objects));
  return {
    works: {
      [`pyinfra ${versions.pyinfra}`]: pyinfra(python, stage, folder),
      [`ansible-core ${versions["ansible-core"]}`]: ansible(python, stage, folder),
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
};
