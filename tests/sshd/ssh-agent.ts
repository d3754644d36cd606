import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);

/** OpenSSH's own agent. */
export interface SshAgent {
  socket: string;
  stop(): Promise<void>;
}

/** Starts an agent that has these private keys, in this order. */
export const startAgent = async (privateKeys: string[]): Promise<SshAgent> => {
  const folder = await mkdtemp(join(tmpdir(), "watchpost-agent-"));
  const socket = join(folder, "socket");
  const child = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  const env = { ...process.env, SSH_AUTH_SOCK: socket };
  for (const key of privateKeys) {
    const adding = exec("ssh-add", ["-q", "-"], { env });
    adding.child.stdin?.end(key);
    await adding;
  }
  return {
    socket,
    async stop() {
      if (child.kill()) await once(child, "exit");
      await rm(folder, { recursive: true, force: true });
    },
  };
};
