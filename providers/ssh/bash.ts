/** How long a job on the host that its deadline has ended may clean up before it is killed, in seconds. */
export const killAfter = 30;

/** By what the host's bash finds the script on its standard input. */
type Reading = { bytes: number } | "all";

/**
 * The command line that runs a script from standard input as root. It holds no value, so that none shows up in argv or a
 * log, and reads alike in sh, bash, zsh, fish and csh, one of which is the user's login shell. What follows the script on
 * standard input is left to the script's commands.
 *
 * The script is one group of commands whose opening brace stands here and whose closing one is its last line (`closed`):
 * bash parses all of it before it runs any, and nothing where the connection was cut half-way.
 * @param seconds The deadline that holds on the host, also when nobody waits any more: SIGTERM, then SIGKILL.
 */
export const rootBash = (user: string, reading: Reading, seconds: number): string => {
  const bash = "/bin/bash --norc -c";
  const program = `'eval "{ $(${reading === "all" ? "cat" : `head -c ${reading.bytes}`})"'`;
  const bounded = `timeout -s TERM -k ${killAfter} ${seconds} ${bash}`;
  if (user === "root") return `${bounded} ${program}`;
  // bash about it all for those whose sudoers allow nothing else, and English for errors to be known by
  return `env LC_ALL=C sudo -n -- ${bash} 'exec ${bounded} "$0"' ${program}`;
};

/** A script as `rootBash` wants it. */
export const closed = (script: string): string => `${script}\n}`;
