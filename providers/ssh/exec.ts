import type { Readable } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import { describe, type SshAddress } from "./address.ts";
import { closeGroup, killAfter, rootBash } from "./bash.ts";
import { ConnectError, ScriptError, type ScriptResult } from "./errors.ts";
import { explainStart } from "./explain-start.ts";
import { SessionRefused } from "./sessions.ts";

/** One job on the host. */
export interface Job {
  /** Names the job in errors: `SystemdUnit watchpost-loki.service`. */
  what: string;
  /** Bash. It travels on standard input, so no value in it shows up in argv, environment or log. */
  script: string;
  /** Follows the script on standard input, for the script's commands to read. */
  input?: Readable;
  /** Deadline in seconds, enforced on the host; default 600. */
  timeoutSeconds?: number;
  /** Left out where no connection is open: no login is made for it. */
  optional?: boolean;
}

/** Limit for stdout and stderr of a job together, in bytes. */
export const outputLimit = 64 * 2 ** 20;

/** How much longer than the deadline on the host the client waits, in seconds. */
const defaultGrace = killAfter + 15;

// output before it comes from the login shell or sudo; without it the script did not start
const marker = "=== watchpost: the script begins ===";
const withMarker = (script: string): string => `printf '%s\\n' '${marker}'; printf '%s\\n' '${marker}' >&2\n${script}`;
const afterMarker = (text: string): string => {
  const at = text.indexOf(`${marker}\n`);
  return at < 0 ? text : text.slice(at + marker.length + 1);
};

const bytesOf = (job: Job): Buffer => Buffer.from(closeGroup(withMarker(job.script)));
const deadlineOf = ({ timeoutSeconds = 600 }: Job): number => timeoutSeconds;

const connectionLost = (to: SshAddress, { what }: Job): ConnectError =>
  new ConnectError(
    `${describe(to)}: ${what}: the connection was lost before it ended: check that the host is up, and run it again`,
  );

const noCommands = (to: SshAddress): ConnectError =>
  new ConnectError(
    `${describe(to)}: its sshd runs no command: check what its sshd_config and the key allow user ${to.user}`,
  );

/** Opens a session for a job. @throws SessionRefused, ConnectError */
export const openSession = (client: Client, to: SshAddress, job: Job): Promise<ClientChannel> =>
  new Promise((resolve, reject) => {
    const command = rootBash(to.user, { bytes: bytesOf(job).length }, deadlineOf(job));
    const fail = (cause: Error & { reason?: number }) => {
      if (cause.reason !== undefined) reject(new SessionRefused(cause.message.replace(/^\(SSH\) /, "")));
      else reject(cause.message === "Unable to exec" ? noCommands(to) : connectionLost(to, job));
    };
    try {
      client.exec(command, (cause, channel) => (cause ? fail(cause) : resolve(channel)));
    } catch (cause) {
      fail(cause as Error);
    }
  });

/**
 * Sends a job to the bash of an open session and returns its stdout.
 * @throws ConnectError, or ScriptError on an exit status other than 0.
 */
export const runIn = (channel: ClientChannel, to: SshAddress, job: Job, grace = defaultGrace): Promise<string> =>
  new Promise((resolve, reject) => {
    const [deadline, started] = [deadlineOf(job), performance.now()];
    const printed: Record<"stdout" | "stderr", Buffer[]> = { stdout: [], stderr: [] };
    let size = 0;
    const failed = (stderr: string, status: number) =>
      new ScriptError(describe(to), job.what, { stdout: "", stderr, status });

    const abort = (error: Error) => {
      clearTimeout(timer);
      reject(error);
      job.input?.destroy();
      // sshd may not forward it; then the deadline on the host ends the job
      channel.signal("TERM");
      channel.close();
    };
    const timer = setTimeout(
      () => abort(failed(`no result after ${deadline} s, and the host did not report that it ended`, 124)),
      (deadline + grace) * 1000,
    );
    const collect = (name: "stdout" | "stderr") => (chunk: Buffer) => {
      if (size > outputLimit) return;
      size += chunk.length;
      if (size <= outputLimit) printed[name].push(chunk);
      else abort(failed(`printed more than ${outputLimit / 2 ** 20} MiB and was stopped`, 1));
    };
    channel.on("data", collect("stdout"));
    channel.stderr.on("data", collect("stderr"));
    channel.on("error", () => {});
    channel.on("close", (code?: number | null, signal?: string) => {
      clearTimeout(timer);
      job.input?.destroy();
      if (code === undefined) return reject(connectionLost(to, job));
      const text = (name: "stdout" | "stderr") => Buffer.concat(printed[name]).toString();
      const result: ScriptResult = { stdout: text("stdout"), stderr: text("stderr"), status: code ?? 255 };
      if (signal) result.stderr ||= `killed by ${signal}`;
      if (!result.stdout.includes(marker)) return reject(explainStart(to, result));
      const stdout = afterMarker(result.stdout);
      if (result.status === 0) return resolve(stdout);
      const late = performance.now() - started >= deadline * 1000;
      const stopped = late ? `\nstopped by the host at its limit of ${deadline} s` : "";
      const stderr = `${afterMarker(result.stderr)}${stopped}`.trim();
      reject(new ScriptError(describe(to), job.what, { ...result, stdout, stderr }));
    });

    channel.write(bytesOf(job));
    if (!job.input) return void channel.end();
    job.input.on("error", reject);
    job.input.pipe(channel);
  });
