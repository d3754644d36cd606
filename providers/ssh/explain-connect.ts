import type { Hop } from "./address.ts";
import { type Cause, ConnectError, explainBy, fingerprint } from "./errors.ts";

/** A failed login, and what was seen of the other side. */
export interface ConnectFailure {
  to: Hop;
  cause: Error & { code?: unknown };
  /** The host key it presented, in base64. */
  seenKey?: string | undefined;
  /** The first bytes it sent. */
  greeting?: string | undefined;
  /** Whether the TCP connection was established. */
  connected?: boolean;
  /** Number of the ssh agent's keys that were offered; undefined without an agent. */
  offered?: number | undefined;
  /** Whether it accepted the key and asked for another authentication method. */
  partial?: boolean;
}

const says = (pattern: RegExp) => (failure: ConnectFailure) => pattern.test(failure.cause.message);
const has =
  (...codes: string[]) =>
  ({ cause }: ConnectFailure) =>
    codes.includes(String(cause.code));
const both =
  (...conditions: ((failure: ConnectFailure) => boolean)[]) =>
  (failure: ConnectFailure) =>
    conditions.every((holds) => holds(failure));

const keyText = (pattern: RegExp) => (failure: ConnectFailure) => pattern.test(failure.to.privateKey ?? "");
const refused = says(/authentication methods failed/);
const unusable = says(/parse privateKey|valid\) private key|Unsupported key format|Encrypted/);
const pinned = ({ to }: ConnectFailure) => to.hostKey.split(" ")[1] ?? "";
const noKey = ({ to, cause }: ConnectFailure) => `${to.path}.privateKey is not a usable private key (${cause.message})`;
const unencrypted = "expected an unencrypted OpenSSH or PEM key, or none with an ssh agent";
// for a name with several addresses, Node's error has no message but one error for each address
const saidOf = ({ cause }: ConnectFailure): string => {
  const each = cause instanceof AggregateError ? (cause.errors as Error[]).map(({ message }) => message) : [];
  return cause.message || each.join(", ") || String(cause.code);
};
const unreachable = (failure: ConnectFailure) => `cannot be reached (${saidOf(failure)})`;
const line = (text = "") => JSON.stringify((text.split(/\r?\n/)[0] ?? "").slice(0, 80));

/** Algorithms that ssh2 and sshd have to share, with one that ssh2 supports and current sshd enables by default. */
const algorithms: Record<string, [setting: string, common: string]> = {
  "key exchange": ["KexAlgorithms", "curve25519-sha256"],
  cipher: ["Ciphers", "aes256-gcm@openssh.com"],
  MAC: ["MACs", "hmac-sha2-256-etm@openssh.com"],
  compression: ["Compression", "no"],
};
const algorithmOf = ({ cause }: ConnectFailure) =>
  Object.keys(algorithms).find((kind) => cause.message.includes(kind)) ?? "cipher";

/** Causes of a failed login; the first that matches is reported. */
export const connectCauses: Cause<ConnectFailure>[] = [
  {
    name: "another host key",
    when: ({ seenKey, to }) => seenKey !== undefined && seenKey !== to.hostKey.split(" ")[1],
    words: (failure) =>
      `the host key is ${fingerprint(failure.seenKey ?? "")}, expected the pinned ${fingerprint(pinned(failure))}`,
    mend: ({ to }) =>
      `if the host was reinstalled, set ${to.path}.hostKey to its new key (ssh-keyscan -t ed25519 ${to.address}), else somebody stands in between`,
  },
  {
    name: "too many keys in the agent",
    when: says(/Too many authentication failures/),
    words: ({ offered }) => `sshd ended the login after ${offered ?? "too many"} keys (its MaxAuthTries)`,
    mend: ({ to }) => `load fewer keys into the ssh agent (ssh-add -d), or set ${to.path}.privateKey to the right one`,
  },
  {
    name: "another method is required",
    when: both(refused, ({ partial }) => partial === true),
    words: () => "the ssh key was accepted, but sshd requires another authentication method too",
    mend: ({ to }) => `let user ${to.user} log in by publickey alone (AuthenticationMethods in its sshd_config)`,
  },
  {
    name: "neither key nor agent",
    when: both(refused, ({ to, offered }) => !to.privateKey && offered === undefined),
    words: () => "there is neither a private key nor an ssh agent to log in with",
    mend: ({ to }) => `set ${to.path}.privateKey, or start an ssh agent and set SSH_AUTH_SOCK`,
  },
  {
    name: "an agent without keys",
    when: both(refused, ({ offered }) => offered === 0),
    words: () => "the ssh agent has no key",
    mend: ({ to }) => `add one (ssh-add), or set ${to.path}.privateKey`,
  },
  {
    name: "the key is refused",
    when: refused,
    words: ({ to, offered }) =>
      `${offered === undefined ? "the ssh key was" : `all ${offered} keys of the ssh agent were`} refused for user ${to.user}`,
    mend: ({ to }) =>
      `add its public half to ~${to.user}/.ssh/authorized_keys on the host, or set ${to.path}.privateKey` +
      (to.user === "root" ? " (sshd_config's PermitRootLogin has to allow keys)" : ""),
  },
  {
    name: "no agent",
    when: says(/\bagent\b|pag?ent/i),
    words: ({ to, cause }) => `the ssh agent at ${to.agentSocket} does not answer (${cause.message})`,
    mend: ({ to }) => `start one (eval "$(ssh-agent)" && ssh-add), or set ${to.path}.privateKey`,
  },
  {
    name: "a key with a passphrase",
    when: both(unusable, (failure) => says(/Encrypted/)(failure) || keyText(/BEGIN ENCRYPTED/)(failure)),
    words: noKey,
    mend: () => `${unencrypted}: remove its passphrase (ssh-keygen -p -N '' -f FILE)`,
  },
  {
    name: "a key in PKCS#8",
    when: both(unusable, keyText(/BEGIN PRIVATE KEY/)),
    words: ({ to }) => `${to.path}.privateKey is not a usable private key (it is in PKCS#8, as openssl writes it)`,
    mend: () =>
      `${unencrypted}: convert it (ssh-keygen -p -N '' -f FILE; for an Ed25519 key with ssh-keygen 9.6 or newer)`,
  },
  {
    name: "a PuTTY key",
    when: both(unusable, keyText(/^PuTTY-User-Key-File/)),
    words: ({ to }) => `${to.path}.privateKey is not a usable private key (it is in PuTTY's format)`,
    mend: () => `${unencrypted}: convert it (puttygen FILE -O private-openssh-new -o NEW)`,
  },
  {
    name: "the public half of a key",
    when: both(unusable, keyText(/^(ssh-|ecdsa-|-----BEGIN PUBLIC|---- BEGIN SSH2 PUBLIC)/)),
    words: ({ to }) => `${to.path}.privateKey is not a usable private key (it is a public one)`,
    mend: () => unencrypted,
  },
  { name: "no key at all", when: unusable, words: noKey, mend: () => unencrypted },
  {
    name: "no host key of the pinned type",
    when: says(/no matching host key/),
    words: ({ to }) => `the host offers no key of the pinned type ${to.hostKey.split(" ")[0]}`,
    mend: ({ to }) => `pin one that it has (ssh-keyscan ${to.address})`,
  },
  {
    name: "no algorithm in common",
    when: says(/Handshake failed: no matching/),
    words: (failure) => `its sshd has no ${algorithmOf(failure)} algorithm in common with this client`,
    mend: (failure) => {
      const [setting, common] = algorithms[algorithmOf(failure)] ?? [];
      return `add one to ${setting} in its sshd_config, such as '${setting} ${setting === "Compression" ? "" : "+"}${common}'`;
    },
  },
  {
    name: "an unknown name",
    when: has("ENOTFOUND", "EAI_AGAIN", "EAI_NONAME"),
    words: ({ to, cause }) => `the name ${to.address} is not found (${cause.message})`,
    mend: ({ to }) => `check ${to.path}.address and this machine's DNS`,
  },
  {
    name: "nobody listens",
    when: has("ECONNREFUSED"),
    words: unreachable,
    mend: ({ to }) => `check that it is up, that sshd listens on port ${to.port}, and ${to.path}.address`,
  },
  {
    name: "refused temporarily",
    when: ({ greeting }) => /^(Exceeded MaxStartups|Not allowed at this time)/.test(greeting ?? ""),
    words: ({ greeting }) => `sshd temporarily refuses connections from this machine (${line(greeting)})`,
    mend: () => "wait a few minutes: it does so after failed logins (PerSourcePenalties) or many at once (MaxStartups)",
  },
  {
    name: "no ssh server",
    when: ({ greeting }) => greeting !== undefined && !/(^|\n)SSH-(2\.0|1\.99)-/.test(greeting),
    words: ({ to, greeting }) => `the server on port ${to.port} is not an SSH 2 server (it sends ${line(greeting)})`,
    mend: ({ to }) => `set ${to.path}.port to sshd's`,
  },
  {
    name: "no answer after connecting",
    when: both(says(/Timed out/), ({ connected }) => connected === true),
    words: () => "accepts the connection, but the login did not complete within 10 s",
    mend: ({ to }) => `check that sshd listens on port ${to.port}, and the load of the host`,
  },
  {
    name: "no answer",
    when: (failure) => says(/Timed out/)(failure) || has("ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH")(failure),
    words: unreachable,
    mend: ({ to }) => `check that it is up, that no firewall blocks port ${to.port}, and ${to.path}.address`,
  },
  {
    name: "closed before the login",
    when: (failure) => says(/lost before handshake|connection was closed/)(failure) || has("ECONNRESET")(failure),
    words: ({ cause }) => `the connection was closed before the login (${cause.message})`,
    mend: ({ to }) =>
      `check that sshd listens on port ${to.port}, and that nothing blocks this machine (MaxStartups, fail2ban, hosts.deny)`,
  },
  {
    name: "anything else",
    when: () => true,
    words: unreachable,
    mend: ({ to }) => `check that it is up, that sshd listens on port ${to.port}, and ${to.path}.address`,
  },
];

/** The error for a failed login: one sentence with the cause and the mend. */
export const explainConnect = (failure: ConnectFailure): ConnectError => {
  const { to, cause } = failure;
  return new ConnectError(`${to.where}: ${explainBy(connectCauses, failure)}`, { cause });
};
