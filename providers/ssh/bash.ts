/** Seconds between SIGTERM at a job's deadline, for its cleanup, and SIGKILL. */
export const killAfter = 30;

/** How much of standard input the script is: a number of bytes, or all of it. */
type Length = { bytes: number } | "all";

/**
 * The command line that runs a script from standard input as root. It contains no value of the script, so that none shows
 * up in argv or a log, and it parses the same in sh, bash, zsh, fish and csh, whichever is the login shell. What follows
 * the script on standard input is left for the script's commands.
 *
 * The script is one brace group: it is opened here and closed by the script's last line (`closeGroup`). Bash parses the
 * whole group before it runs any of it, so a script that was cut off on its way is a syntax error and nothing runs.
 * @param seconds Deadline on the host, which holds even if the client is gone: SIGTERM, and SIGKILL after `killAfter`.
 */
export const rootBash = (user: string, length: Length, seconds: number): string => {
  const bash = "/bin/bash --norc -c";
  const program = `'eval "{ $(${length === "all" ? "cat" : `head -c ${length.bytes}`})"'`;
  const bounded = `timeout -s TERM -k ${killAfter} ${seconds} ${bash}`;
  if (user === "root") return `${bounded} ${program}`;
  // sudo runs bash rather than timeout because some sudoers files allow bash only; in English, for the error patterns
  return `env LC_ALL=C sudo -n -- ${bash} 'exec ${bounded} "$0"' ${program}`;
};

/** A script in the form that `rootBash` expects. */
export const closeGroup = (script: string): string => `${script}\n}`;
