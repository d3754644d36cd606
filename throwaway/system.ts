import { type RunOptions, run } from "../toolchain/command.ts";
import { systemEnv } from "../toolchain/system-env.ts";

/**
 * Runs a command of this machine to its end and returns its stdout.
 * It ends with this process, even on SIGKILL, so that nothing still writes where the next start cleans up.
 * @throws CommandError with the command and the last lines of its output.
 */
export function system(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return run("setpriv", ["--pdeathsig", "KILL", command, ...args], { env: systemEnv(), ...options });
}
