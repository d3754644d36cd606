import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { targetOf } from "../../providers/ssh/address.ts";
import type { Cause } from "../../providers/ssh/errors.ts";
import { type ConnectFailure, connectCauses, explainConnect } from "../../providers/ssh/explain-connect.ts";
import { explainStart, startCauses } from "../../providers/ssh/explain-start.ts";

const address = { name: "web", address: "192.0.2.10", port: 22, user: "deploy", hostKey: "ssh-ed25519 AAAA" };
const to = (privateKey?: string) => ({ ...targetOf(address), privateKey, agentSocket: "/run/agent" });
const error = (message: string, code?: string) => Object.assign(new Error(message), code === undefined ? {} : { code });
const refused = error("All configured authentication methods failed");
const unsupported = error("Cannot parse privateKey: Unsupported key format");

/** A failed login for each cause, with the messages of ssh2 1.17 and OpenSSH. */
const failures: Record<string, Partial<ConnectFailure> & { cause: Error }> = {
  "another host key": { cause: error("Handshake failed: host denied"), seenKey: "BBBB" },
  "too many keys in the agent": { cause: error("Too many authentication failures"), offered: 6 },
  "another method is required": { cause: refused, partial: true },
  "neither key nor agent": { cause: refused },
  "an agent without keys": { cause: refused, offered: 0 },
  "the key is refused": { cause: refused, offered: 2 },
  "no agent": { cause: error("Failed to connect to agent") },
  "a key with a passphrase": {
    cause: error("Cannot parse privateKey: Encrypted OpenSSH private key detected, but no passphrase given"),
  },
  "a key in PKCS#8": { cause: unsupported, to: to("-----BEGIN PRIVATE KEY-----\n") },
  "a PuTTY key": { cause: unsupported, to: to("PuTTY-User-Key-File-3: ssh-ed25519\n") },
  "the public half of a key": {
    cause: error("privateKey value does not contain a (valid) private key"),
    to: to("ssh-ed25519 AAAA"),
  },
  "no key at all": { cause: unsupported, to: to("swordfish") },
  "no host key of the pinned type": { cause: error("Handshake failed: no matching host key format") },
  "no algorithm in common": { cause: error("Handshake failed: no matching C->S MAC") },
  "an unknown name": { cause: error("getaddrinfo EAI_AGAIN web", "EAI_AGAIN") },
  "nobody listens": { cause: error("connect ECONNREFUSED 192.0.2.10:22", "ECONNREFUSED") },
  "refused temporarily": {
    cause: error("Connection lost before handshake"),
    greeting: "Exceeded MaxStartups\r\n",
    connected: true,
  },
  "no ssh server": {
    cause: error("Connection lost before handshake"),
    greeting: "220 mail ESMTP\r\n",
    connected: true,
  },
  "no answer after connecting": { cause: error("Timed out while waiting for handshake"), connected: true },
  "no answer": { cause: error("connect EHOSTUNREACH 192.0.2.10:22", "EHOSTUNREACH") },
  "closed before the login": {
    cause: error("read ECONNRESET", "ECONNRESET"),
    greeting: "SSH-2.0-x\r\n",
    connected: true,
  },
  "anything else": { cause: error("connect EPERM 192.0.2.10:22", "EPERM") },
};

/** Output in place of a script that did not start, for each cause; as seen on Debian 13. */
const said: Record<string, string[]> = {
  "no sudo": [
    "env: 'sudo': No such file or directory",
    "env: ‘sudo’: No such file or directory",
    "bash: line 1: sudo: command not found",
    "sh: 1: sudo: not found",
    "zsh:1: command not found: sudo",
    "fish: Unknown command: sudo",
  ],
  "no new privileges": [
    'sudo: The "no new privileges" flag is set, which prevents sudo from running as root.\nsudo: If sudo is running in a container, you may need to adjust the container configuration to disable the flag.',
    "sudo: /usr/bin/sudo must be owned by uid 0 and have the setuid bit set",
    "sudo-rs: sudo must be owned by uid 0 and have the setuid bit set",
    "sudo: effective uid is not 0, is /usr/bin/sudo on a file system with the 'nosuid' option set or an NFS file system without root privileges?",
  ],
  "a terminal is required": ["sudo: sorry, you must have a tty to run sudo"],
  "an account that is locked": [
    "sudo: account validation failure, is your account locked?\nsudo: a password is required",
  ],
  "a password is required": [
    "sudo: a password is required",
    "sudo: unable to resolve host web: Temporary failure in name resolution\nsudo: a password is required",
    "sudo: interactive authentication is required",
    "sudo-rs: interactive authentication is required",
    "sudo-rs: I'm sorry deploy. I'm afraid I can't do that",
    "deploy is not in the sudoers file.",
    "Sorry, user deploy is not allowed to execute '/bin/bash -c ...' as root on web.",
    "Sorry, user deploy may not run sudo on web.",
    "sudo: a terminal is required to read the password; either use the -S option or configure an askpass helper",
  ],
  "an expired password": ["WARNING: Your password has expired.\nPassword change required but no TTY available."],
  "a login shell without commands": ["This account is currently not available.", ""],
  "no bash": [
    "env: '/bin/bash': No such file or directory",
    "sudo: /bin/bash: command not found",
    "timeout: failed to run command '/bin/bash': No such file or directory",
    "timeout: Fehler beim Ausführen des Befehls »/bin/bash“: Datei oder Verzeichnis nicht gefunden",
  ],
  "no timeout": [
    "/bin/bash: line 1: exec: timeout: not found",
    "bash: line 1: timeout: command not found",
    "zsh:1: command not found: timeout",
    "fish: Unknown command: timeout",
    "timeout: Command not found.",
  ],
  "a script cut off": ["/bin/bash: eval: line 60: syntax error: unexpected end of file"],
  "anything else": ["rbash: env: restricted: cannot specify `/' in command names"],
};

// the shell's status for a missing command
const statusOf = (name: string) => (name === "no bash" ? 127 : 1);

/** Fails for a cause without a case, and for a case without a cause. */
const covers = (causes: Cause<never>[], cases: object, apart: string[] = []) =>
  assert.deepEqual([...Object.keys(cases), ...apart].sort(), causes.map(({ name }) => name).sort());

describe("a failed login", () => {
  test("each cause has a case", () => covers(connectCauses, failures));
  for (const [name, failure] of Object.entries(failures))
    test(name, () => {
      const whole = { to: to(), ...failure };
      assert.equal(connectCauses.find(({ when }) => when(whole))?.name, name);
      const { message } = explainConnect(whole);
      // where, what, and the mend; no part of the key
      assert.match(message, /^host web \(deploy@192\.0\.2\.10:22\): .{15,}: .{15,}$/);
      assert.doesNotMatch(message, /undefined|swordfish|BEGIN/);
    });
});

describe("a script that does not start", () => {
  test("each cause has a case", () => covers(startCauses, said, ["another command"]));
  for (const [name, texts] of Object.entries(said))
    for (const text of texts)
      test(`${name}: ${JSON.stringify(text.slice(0, 50))}`, () => {
        // also after output of the login shell
        for (const stdout of text === "" ? [""] : ["", "Welcome back\n"]) {
          const result = { stdout, stderr: text === "" ? "" : `${text}\n`, status: statusOf(name) };
          const { message } = explainStart(address, result);
          const failure = { to: address, said: `${result.stderr}\n${stdout}`.trim(), status: statusOf(name) };
          assert.equal(startCauses.find(({ when }) => when(failure))?.name, name);
          assert.match(message, /^host web \(deploy@192\.0\.2\.10:22\): .{15,}: .{15,}$/);
        }
      });

  test("the line for sudoers escapes what is special there", () => {
    const result = { stdout: "", stderr: "sudo: a password is required", status: 1 };
    const { message } = explainStart({ ...address, user: "CORP\\jürgen" }, result);
    assert.ok(message.includes(String.raw`the line 'CORP\\jürgen ALL=(ALL) NOPASSWD: ALL' to`), message);
  });
});
