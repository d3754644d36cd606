import type { Readable } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import { describe, type SshAddress } from "./address.ts";
import { closed, killAfter, rootBash } from "./bash.ts";
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
  /** Seconds until the host ends the job, also when nobody waits for it any more; default 600. */
  timeoutSeconds?: number;
  /** Left out where no connection is open: no login is made for it. */
  optional?: boolean;
}

/** How much a job may print, in bytes. */
export const outputLimit = 64 * 2 ** 20;

/** How much longer than the host this side waits, in seconds. */
const grace = killAfter + 15;

// what comes before it is the login shell's, and where it does not come the script was not begun
const mark = "=== watchpost: the script begins ===";
const announced = (script: string): string => `printf '%s\\n' '${mark}'; printf '%s\\n' '${mark}' >&2\n${script}`;
const afterMark = (text: string): string => {
  const at = text.indexOf(`${mark}\n`);
  return at < 0 ? text : text.slice(at + mark.length + 1);
};

const lost = (to: SshAddress, { what }: Job): ConnectError =>
  new ConnectError(
    `${describe(to)}: ${what}: the connection was lost before it ended: check that the host is up, and run it again`,
  );

const scriptOf = (job: Job): Buffer => Buffer.from(closed(announced(job.script)));
const limitOf = ({ timeoutSeconds = 600 }: Job): number => timeoutSeconds;

/** Opens a session for a job. @throws SessionRefused when sshd has none left, ConnectError */
export const openSession = (client: Client, to: SshAddress, job: Job): Promise<ClientChannel> =>
  new Promise((resolve, reject) => {
    const command = rootBash(to.user, { bytes: scriptOf(job).length }, limitOf(job));
    const fail = (cause: Error & { reason?: number }) => {
      if (cause.reason !== undefined) reject(new SessionRefused(cause.message.replace(/^\(SSH\) /, "")));
      else if (cause.message !== "Unable to exec") reject(lost(to, job));
      else
        reject(
          new ConnectError(
            `${describe(to)}: its sshd runs no command: check what its sshd_config and the key allow user ${to.user}`,
          ),
        );
    };
    try {
      client.exec(command, (cause, channel) => (cause ? fail(cause) : resolve(channel)));
    } catch (cause) {
      fail(cause as Error);
    }
  });

/**
 * Has a session's bash run a job.
 * @throws ConnectError, or ScriptError on an exit status other than 0.
 */
export const runIn = (channel: ClientChannel, to: SshAddress, job: Job, graceSeconds = grace): Promise<string> =>
  new Promise((resolve, reject) => {
    const [limit, begun] = [limitOf(job), performance.now()];
    const late = () => performance.now() - begun >= limit * 1000;
    const printed: Record<"stdout" | "stderr", Buffer[]> = { stdout: [], stderr: [] };
    let size = 0;
    const failed = (stderr: string, status: number) =>
      new ScriptError(describe(to), job.what, { stdout: "", stderr, status });

    const giveUp = (error: Error) => {
      clearTimeout(timer);
      reject(error);
      job.input?.destroy();
      // sshd may pass it on; where it does not, the deadline on the host ends the job
      channel.signal("TERM");
      channel.close();
    };
    const timer = setTimeout(
      () => giveUp(failed(`gave up after ${limit} s, and the host does not say that it has ended`, 124)),
      (limit + graceSeconds) * 1000,
    );
    const keep = (name: "stdout" | "stderr") => (chunk: Buffer) => {
      if (size > outputLimit) return;
      size += chunk.length;
      if (size <= outputLimit) printed[name].push(chunk);
      else giveUp(failed(`it printed more than ${outputLimit / 2 ** 20} MiB, and was ended`, 1));
    };
    channel.on("data", keep("stdout"));
    channel.stderr.on("data", keep("stderr"));
    channel.on("error", () => {});
    channel.on("close", (code?: number | null, signal?: string) => {
      clearTimeout(timer);
      job.input?.destroy();
      if (code === undefined) return reject(lost(to, job));
      const text = (name: "stdout" | "stderr") => Buffer.concat(printed[name]).toString();
      const result: ScriptResult = { stdout: text("stdout"), stderr: text("stderr"), status: code ?? 255 };
      if (signal) result.stderr ||= `killed by ${signal}`;
      if (!result.stdout.includes(mark)) return reject(explainStart(to, result));
      const stdout = afterMark(result.stdout);
      if (result.status === 0) return resolve(stdout);
      const ended = late() ? `\nended by the host after ${limit} s` : "";
      const stderr = `${afterMark(result.stderr)}${ended}`.trim();
      reject(new ScriptError(describe(to), job.what, { ...result, stdout, stderr }));
    });

    channel.write(scriptOf(job));
    if (!job.input) return void channel.end();
    job.input.on("error", reject);
    job.input.pipe(channel);
  });
