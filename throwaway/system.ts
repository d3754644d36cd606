import { type RunOptions, run } from "../toolchain/command.ts";

/** The environment of every command here: a root shell that was not a login may lack the sbin folders. */
export const systemEnv = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${process.env.PATH ?? "/usr/bin:/bin"}:/usr/local/sbin:/usr/sbin:/sbin`,
});

/**
 * Runs a command of this machine to its end and returns its stdout.
 * It ends with this process, even on SIGKILL, so that nothing still writes where the next start cleans up.
 * @throws CommandError with the command and the last lines of its output.
 */
export function system(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return run("setpriv", ["--pdeathsig", "KILL", command, ...args], { env: systemEnv(), ...options });
}
