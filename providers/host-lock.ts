import { randomUUID } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { assignments, renewal } from "./script.ts";
import type { Connection, Job } from "./ssh/connection.ts";

/** Who changes a host: another run reads it in the refusal. */
export interface Owner {
  /** One for each process of a provider, so one for each host and run of the engine. */
  run: string;
  /** `project/stack`; empty where a state of an older version runs without its program. */
  stack: string;
  /** `user@machine` of whoever runs the engine. */
  operator: string;
  /** Of this process, on that machine. */
  pid: number;
}

const run = randomUUID();

const me = (): string => {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // a container may run as an id without a name
    return `${process.getuid?.()}@${hostname()}`;
  }
};

/** This process, as the owner of a host's lock. */
export const ownerFor = (stack: string): Owner => ({ run, stack, operator: me(), pid: process.pid });

// a third of scripts/lock.sh's lease
const renewEveryMs = 10_000;

/**
 * The same host for jobs that change it: each begins by taking the host's one lock for this run, and waits for it for a
 * minute (scripts/lock.sh). The lock ends with the connection; while it lasts, a sign of life is sent every 10 s.
 */
export const underLock = (host: Connection, owner: Owner): Connection => {
  let [renews, renewing] = [false, false];
  const asOwner = (script: string) => `${assignments({ ...owner })}\n${script}`;
  const renew = async () => {
    // a long job may hold the only session that sshd allows: it shows by itself that the run is there
    if (renewing) return;
    renewing = true;
    // a host that is gone fails the next job, in words of its own
    await host.run({ what: "the host's lock", script: asOwner(renewal()), optional: true }).catch(() => {});
    renewing = false;
  };
  return {
    ...host,
    async run(job: Job) {
      // a process that has nothing else to do ends
      if (!renews) setInterval(renew, renewEveryMs).unref();
      renews = true;
      return host.run({ ...job, script: asOwner(job.script) });
    },
  };
};
