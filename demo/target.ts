import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SshAddress } from "../providers/ssh/address.ts";
import { findHost, startHost } from "../throwaway/host.ts";
import { type DemoOptions, UsageError } from "./options.ts";

/** The host that the demo deploys to. */
export interface Target extends SshAddress {
  /** Whether nothing of an earlier demo can be on it. */
  fresh: boolean;
}

const first = async (files: string[]): Promise<string | undefined> => {
  for (const file of files) {
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text !== undefined) return text;
  }
  return undefined;
};

/** The pinned key of a host that the user has connected to before. */
const knownHostKey = async (address: string, port: number): Promise<string> => {
  const name = port === 22 ? address : `[${address}]:${port}`;
  const { stdout } = await promisify(execFile)("ssh-keygen", ["-F", name]).catch(() => ({ stdout: "" }));
  const keys = stdout
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => line.split(" ").slice(1, 3).join(" "));
  const key = keys.find((one) => one.startsWith("ssh-ed25519 ")) ?? keys[0];
  if (key) return key;
  throw new UsageError(
    `--host: ${name} is not in known_hosts: connect once with ssh and check its key, then try again`,
  );
};

const ownHost = async ({ host, key, name }: DemoOptions): Promise<Target> => {
  if (!host) throw new RangeError("expected --host");
  const folder = join(homedir(), ".ssh");
  const agentSocket = process.env.SSH_AUTH_SOCK;
  const usual = ["id_ed25519", "id_rsa"].map((file) => join(folder, file));
  const privateKey = key ? await first([key]) : agentSocket ? undefined : await first(usual);
  if (key && !privateKey) throw new UsageError(`--key: expected a private key file, cannot read ${key}`);
  if (!privateKey && !agentSocket)
    throw new UsageError("--host: there is no ssh agent and no key in ~/.ssh: use --key FILE");
  return {
    ...host,
    name,
    hostKey: await knownHostKey(host.address, host.port),
    ...(privateKey ? { privateKey } : agentSocket ? { agentSocket } : {}),
    fresh: false,
  };
};

const throwaway = async ({ name }: DemoOptions): Promise<Target> => {
  const fresh = (await findHost(name)) === undefined;
  const { address, port, user, hostKey, privateKey } = await startHost(name);
  return { name, address, port, user, hostKey, privateKey, fresh };
};

/** The user's host, or a throwaway one, which is started unless it runs. */
export const targetOf = (options: DemoOptions): Promise<Target> =>
  options.host ? ownHost(options) : throwaway(options);

/** The file in a demo's folder which tells that its host is the user's: `--down` then destroys the stack on it. */
export const ownHostMark = "own-host";
