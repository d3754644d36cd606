import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { describe, type SshAddress, targetOf } from "./address.ts";
import { ConnectError } from "./errors.ts";
import { type Job, openSession, runIn } from "./exec.ts";
import { explainForward } from "./explain-forward.ts";
import { type Endpoint, forwardOut, handshake } from "./login.ts";
import { SessionRefused, Sessions } from "./sessions.ts";

export type { Job } from "./exec.ts";
export { type Endpoint, handshake } from "./login.ts";

/** The host seen by a provider: runs bash as root, one exec round trip a job. */
export interface Connection {
  /** @throws ConnectError, or ScriptError on an exit status other than 0. */
  run(job: Job): Promise<string>;
  /** Connects to an address that the host sees. @throws ConnectError */
  open(to: Endpoint): Promise<Duplex>;
}

// below sshd's default MaxSessions of 10; Sessions goes lower where sshd allows fewer
const maxSessions = 8;

export interface ConnectOptions {
  /** How much longer than the deadline on the host the client waits for a job, in seconds. */
  graceSeconds?: number;
}

/** Opens lazily at the first job and keeps that one connection for as long as it holds. */
export const connect = (to: SshAddress, { graceSeconds }: ConnectOptions = {}): Connection => {
  let client: Promise<Client> | undefined;
  const sessions = new Sessions(maxSessions);
  const login = async () => {
    const made = await handshake(to);
    // one that was lost is made anew for the next job; one that never came about is not tried again
    made.once("close", () => {
      client = undefined;
      sessions.reset();
    });
    return made;
  };
  const open = async (job: Job) => {
    client ??= login();
    return openSession(await client, to, job);
  };
  return {
    async open(endpoint) {
      client ??= login();
      return forwardOut(await client, endpoint).catch((cause) =>
        Promise.reject(explainForward(targetOf(to), `${endpoint.host}:${endpoint.port}`, cause)),
      );
    },
    async run(job) {
      if (job.optional && !client) return "";
      try {
        return await sessions.run(
          () => open(job),
          (channel) => runIn(channel, to, job, graceSeconds),
        );
      } catch (cause) {
        if (!(cause instanceof SessionRefused)) throw cause;
        throw new ConnectError(
          `${describe(to)}: its sshd opens no session (${cause.message}): expected MaxSessions 1 or more in its sshd_config`,
          { cause },
        );
      }
    },
  };
};
