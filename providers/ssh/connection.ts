import type { Duplex, Readable } from "node:stream";
import { Client, type ServerHostKeyAlgorithm } from "ssh2";
import { describe, type SshAddress } from "./address.ts";
import { explainConnect, explainForward, explainLost, explainSudo, ScriptError, type ScriptResult } from "./errors.ts";
import { limit } from "./limit.ts";

/** One job on the host. */
export interface Job {
  /** Names the job in errors: `SystemdUnit watchpost-loki.service`. */
  what: string;
  /** Bash. It travels on standard input, so no value in it shows up in argv, environment or log. */
  script: string;
  /** Follows the script on standard input, for the script's commands to read. */
  input?: Readable;
  /** Seconds until the job is given up; default 600. */
  timeoutSeconds?: number;
}

/** A TCP address as the host sees it. */
export interface Endpoint {
  host: string;
  port: number;
}

/** The host seen by a provider: runs bash as root, one exec round trip a job. */
export interface Connection {
  /** @throws ConnectError, or ScriptError on an exit status other than 0. */
  run(job: Job): Promise<string>;
  /** Connects to an address that the host sees. @throws ConnectError */
  open(to: Endpoint): Promise<Duplex>;
}

// sshd's MaxSessions is 10 by default.
const maxChannels = 8;

const algorithms: Record<string, ServerHostKeyAlgorithm[]> = {
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
};

/** Connects and logs in; the host has to show the pinned key. @throws ConnectError */
export const handshake = (to: SshAddress): Promise<Client> =>
  new Promise((resolve, reject) => {
    const [type = "", blob] = to.hostKey.split(" ");
    let seenKey: string | undefined;
    const client = new Client();
    client
      .once("ready", () => resolve(client))
      .on("error", (cause) => reject(explainConnect(to, cause, seenKey)))
      .once("close", () => reject(explainConnect(to, new Error("the connection was closed"), seenKey)));
    try {
      client.connect({
        host: to.address,
        port: to.port,
        username: to.user,
        ...(to.privateKey ? { privateKey: to.privateKey } : to.agentSocket ? { agent: to.agentSocket } : {}),
        readyTimeout: 10_000,
        keepaliveInterval: 15_000,
        algorithms: { serverHostKey: algorithms[type] ?? [type as ServerHostKeyAlgorithm] },
        hostVerifier: (key: Buffer) => {
          seenKey = key.toString("base64");
          return seenKey === blob;
        },
      });
      // jobs are small packets: without it each waits for the acknowledgement of the one before
      client.setNoDelay();
    } catch (cause) {
      reject(explainConnect(to, cause as Error));
    }
  });

const exec = (client: Client, to: SshAddress, job: Job): Promise<ScriptResult> =>
  new Promise((resolve, reject) => {
    const script = Buffer.from(job.script);
    // head reads exactly the script's bytes, the rest of standard input stays for the script's commands
    const bash = `/bin/bash -c 'eval "$(head -c ${script.length})"'`;
    client.exec(to.user === "root" ? bash : `sudo -n -- ${bash}`, (cause, channel) => {
      if (cause) return reject(explainConnect(to, cause));
      const [out, err]: [Buffer[], Buffer[]] = [[], []];
      const seconds = job.timeoutSeconds ?? 600;
      const timer = setTimeout(() => {
        channel.close();
        reject(
          new ScriptError(describe(to), job.what, { stdout: "", stderr: `gave up after ${seconds} s`, status: 124 }),
        );
      }, seconds * 1000);
      channel.on("data", (chunk: Buffer) => out.push(chunk));
      channel.stderr.on("data", (chunk: Buffer) => err.push(chunk));
      channel.on("close", (status?: number | null, signal?: string) => {
        clearTimeout(timer);
        if (status === undefined) return reject(explainLost(to, job.what));
        const stderr = Buffer.concat(err).toString() || (signal ? `killed by ${signal}` : "");
        resolve({ stdout: Buffer.concat(out).toString(), stderr, status: status ?? 255 });
      });
      channel.on("error", () => {});
      channel.write(script);
      if (!job.input) return channel.end();
      job.input.on("error", reject);
      job.input.pipe(channel);
    });
  });

/** Opens lazily at the first job and keeps that one connection for as long as it holds. */
export const connect = (to: SshAddress): Connection => {
  let client: Promise<Client> | undefined;
  const slot = limit(maxChannels);
  const login = async () => {
    const made = await handshake(to);
    // one that was lost is made anew for the next job; one that never came about is not tried again
    made.once("close", () => {
      client = undefined;
    });
    return made;
  };
  const forwardOut = (made: Client, { host, port }: Endpoint) =>
    new Promise<Duplex>((resolve, reject) => {
      made.forwardOut("127.0.0.1", 0, host, port, (cause, channel) =>
        cause ? reject(explainForward(to, `${host}:${port}`, cause)) : resolve(channel),
      );
    });
  return {
    async open(endpoint) {
      client ??= login();
      return forwardOut(await client, endpoint);
    },
    run: (job) =>
      slot(async () => {
        client ??= login();
        const result = await exec(await client, to, job);
        if (result.status !== 0) throw explainSudo(to, result) ?? new ScriptError(describe(to), job.what, result);
        return result.stdout;
      }),
  };
};
