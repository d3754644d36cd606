import { describe, type SshAddress } from "./address.ts";
import { type Cause, ConnectError, explainBy, type ScriptResult } from "./errors.ts";

/** A job whose script did not start. */
interface StartFailure {
  to: SshAddress;
  /** Output of the login shell, sudo or bash in its place. */
  said: string;
  status: number;
}

const says =
  (pattern: RegExp) =>
  ({ said }: StartFailure) =>
    pattern.test(said);

/** The line that matches; others may be warnings, such as about an unknown host name. */
const lineOf = (said: string, pattern: RegExp) => said.split("\n").find((line) => pattern.test(line)) ?? "";
const lastLine = (said: string) => said.trim().split("\n").at(-1) ?? "";

// a backslash has to be escaped. Source: sudoers(5), "Other special characters and reserved words"
const sudoer = ({ to: { user } }: StartFailure) => `${user.replaceAll("\\", "\\\\")} ALL=(ALL) NOPASSWD: ALL`;
const grant = (failure: StartFailure) =>
  `expected passwordless sudo; add the line '${sudoer(failure)}' to /etc/sudoers.d/watchpost on the host, or set hosts.${failure.to.name}.user to root`;

const notRoot = (name: string, pattern: RegExp, mend: (failure: StartFailure) => string): Cause<StartFailure> => ({
  name,
  when: (failure) => failure.to.user !== "root" && says(pattern)(failure),
  words: ({ to, said }) => `user ${to.user} may not become root (${lineOf(said, pattern).trim()})`,
  mend,
});

/** Causes of a script that did not start; the first that matches is reported. */
export const startCauses: Cause<StartFailure>[] = [
  notRoot(
    "no sudo",
    /sudo: (command )?not found|command not found: sudo|unknown command:? '?sudo|env: .?sudo.?: /i,
    (failure) => `install sudo; ${grant(failure)}`,
  ),
  notRoot(
    "no new privileges",
    /no new privileges|have the setuid bit|effective uid is not 0/i,
    ({ to }) =>
      `sudo has to be owned by root with the setuid bit, on a file system without nosuid, under an sshd without NoNewPrivileges; or set hosts.${to.name}.user to root`,
  ),
  notRoot(
    "a terminal is required",
    /must have a tty/,
    (failure) => `${grant(failure)}; and turn requiretty off for that user ('Defaults:${failure.to.user} !requiretty')`,
  ),
  notRoot("an account that is locked", /account validation|account .*(locked|expired)/i, ({ to }) => {
    return `unlock the account (see chage -l ${to.user}), or set hosts.${to.name}.user to root`;
  }),
  notRoot(
    "a password is required",
    /sudo(-rs)?: .*(password|authentication) is required|not in the sudoers|not allowed to execute|may not run sudo|can't do that|a terminal is required/,
    grant,
  ),
  {
    name: "an expired password",
    when: says(/password has expired|password change required|change your password/i),
    words: ({ to }) => `the password of user ${to.user} has expired, and sshd runs nothing until it is changed`,
    mend: ({ to }) => `log in once and change it, or let it not expire (chage -M -1 -d today ${to.user})`,
  },
  {
    name: "a login shell without commands",
    when: (failure) =>
      says(/account is currently not available|not allowed to log ?in|nologin/i)(failure) ||
      (failure.said.trim() === "" && failure.status === 1),
    words: ({ to, said }) =>
      `the login shell of user ${to.user} does not run commands (${lastLine(said) || "it prints nothing, as /bin/false does"})`,
    mend: ({ to }) => `set a shell (usermod --shell /bin/bash ${to.user}), or set hosts.${to.name}.user to another`,
  },
  {
    name: "no timeout",
    when: says(/timeout.?: (command )?not found|not found: timeout|unknown command:? .?timeout/i),
    words: ({ said }) => `the host has no timeout command (${lastLine(said)})`,
    mend: () => "install coreutils",
  },
  {
    name: "no bash",
    // for root it is in the language of the host
    when: ({ said, status }) => /\/bin\/bash/.test(said) && (status === 127 || /not found/.test(said)),
    words: ({ said }) => `the host has no /bin/bash (${lastLine(said)})`,
    mend: () => "install bash; Watchpost needs a systemd host with bash and coreutils in their usual places",
  },
  {
    name: "a script cut off",
    when: says(/unexpected (end of file|EOF)/),
    words: () => "the script did not arrive complete, and nothing of it was run",
    mend: () => "check the connection, and run it again",
  },
  {
    name: "another command",
    when: ({ status }) => status === 0,
    words: ({ said }) => `sshd ran another command instead of the script${said ? ` (${lastLine(said)})` : ""}`,
    mend: ({ to }) =>
      `look for ForceCommand in its sshd_config, and for command= in the authorized_keys of user ${to.user}`,
  },
  {
    name: "anything else",
    when: () => true,
    words: ({ said, status }) =>
      `nothing of the script was run: ${said.trim().split("\n").slice(-3).join(" / ") || `exit status ${status}`}`,
    mend: ({ to }) => `log in as user ${to.user} and check why it cannot run /bin/bash as root`,
  },
];

/** The error for a script that did not start: one sentence with the cause and the mend. */
export const explainStart = (to: SshAddress, { stdout, stderr, status }: ScriptResult): ConnectError => {
  const said = `${stderr}\n${stdout}`.trim();
  return new ConnectError(`${describe(to)}: ${explainBy(startCauses, { to, said, status })}`);
};
