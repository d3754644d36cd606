import { createHash } from "node:crypto";
import { describe, type SshAddress } from "./address.ts";

/** The host could not be reached or did not let us in. The message is one sentence with the mend. */
export class ConnectError extends Error {
  override name = "ConnectError";
}

/** What a script printed. */
export interface ScriptResult {
  stdout: string;
  stderr: string;
  status: number;
}

/** A script on the host failed; `result` is what it printed. */
export class ScriptError extends Error {
  override name = "ScriptError";
  readonly result: ScriptResult;
  constructor(where: string, what: string, result: ScriptResult) {
    super(`${where}: ${what}: ${result.stderr.trim() || `exit status ${result.status}`}`);
    this.result = result;
  }
}

/** `SHA256:...` as ssh-keygen -l prints it, of a key's base64 blob. */
export const fingerprint = (blob: string): string =>
  `SHA256:${createHash("sha256").update(Buffer.from(blob, "base64")).digest("base64").replace(/=+$/, "")}`;

/** Turns ssh2's failure into one sentence that says what to do. `seenKey` is the key the host showed, if any. */
export const explainConnect = (to: SshAddress, cause: Error, seenKey?: string): ConnectError => {
  const where = describe(to);
  const [, pinned = ""] = to.hostKey.split(" ");
  const said = (text: string) => new ConnectError(`${where}: ${text}`, { cause });
  if (seenKey !== undefined && seenKey !== pinned)
    return said(
      `the host key is ${fingerprint(seenKey)}, expected the pinned ${fingerprint(pinned)}: if the host was reinstalled, ` +
        `set hosts.${to.name}.hostKey to its new key (ssh-keyscan -t ed25519 ${to.address}), else somebody stands in between`,
    );
  if (/authentication methods failed/.test(cause.message))
    return said(
      `the ssh key was refused for user ${to.user}: add its public half to ~${to.user}/.ssh/authorized_keys on the host, ` +
        `or set hosts.${to.name}.privateKey`,
    );
  if (/parse privateKey|Unsupported key format|Encrypted/.test(cause.message))
    return said(
      `hosts.${to.name}.privateKey is not a usable private key (${cause.message}): expected an unencrypted OpenSSH or PEM key, ` +
        "or none with an ssh agent",
    );
  if (/no matching host key|Handshake failed/.test(cause.message))
    return said(
      `the host offers no key of the pinned type ${to.hostKey.split(" ")[0]}: pin one that it has (ssh-keyscan ${to.address})`,
    );
  return said(
    `cannot be reached (${cause.message}): check that it is up, that sshd listens on port ${to.port}, ` +
      `and hosts.${to.name}.address`,
  );
};

/** The host went away while a job ran. */
export const explainLost = (to: SshAddress, what: string): ConnectError =>
  new ConnectError(
    `${describe(to)}: ${what}: the connection was lost before it ended: check that the host is up, and run it again`,
  );

/** sshd did not carry a connection on. */
export const explainForward = (to: SshAddress, endpoint: string, cause: Error): ConnectError =>
  new ConnectError(
    `${describe(to)}: its sshd does not connect to ${endpoint} (${cause.message.replace(/^\(SSH\) /, "")}): check that something ` +
      "listens there, and that sshd_config has no AllowTcpForwarding no",
    { cause },
  );

// not its warnings, such as an unknown host name: what the script says comes after those
const noRoot =
  /^.*(sudo: (a password|interactive authentication) is required|must have a tty|not in the sudoers|not allowed to execute|sudo: (command )?not found).*$/m;

/** Why sudo let nothing run, and the line that lets it; undefined when it did. */
export const explainSudo = (to: SshAddress, { stdout, stderr }: ScriptResult): ConnectError | undefined => {
  const [said] = (to.user !== "root" && stdout === "" && noRoot.exec(stderr)) || [];
  if (said === undefined) return undefined;
  return new ConnectError(
    `${describe(to)}: user ${to.user} may not become root (${said.trim()}): expected passwordless sudo; ` +
      `add the line '${to.user} ALL=(ALL) NOPASSWD: ALL' to /etc/sudoers.d/watchpost on the host, or set hosts.${to.name}.user to root`,
  );
};
