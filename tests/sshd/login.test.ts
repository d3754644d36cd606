import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import type { SshAddress } from "../../providers/ssh/address.ts";
import { connect } from "../../providers/ssh/connection.ts";
import { makeKey } from "../keys.ts";
import { noSshd, RealSshd } from "./real-sshd.ts";
import { startAgent } from "./ssh-agent.ts";

const run = (to: SshAddress) => connect(to).run({ what: "job", script: "echo in" });

/** Why a login does not come about: one sentence about that host. */
const failure = async (to: SshAddress): Promise<string> => {
  const error = await run(to).then(
    () => assert.fail("it logged in"),
    (cause: Error) => cause,
  );
  assert.equal(error.name, "ConnectError", error.stack);
  assert.ok(error.message.startsWith(`host real (root@${to.address}:${to.port}): `), error.message);
  assert.doesNotMatch(error.message, /\n|PRIVATE KEY/);
  return error.message;
};

describe("a login at a real sshd", { skip: noSshd }, () => {
  let host: RealSshd;
  before(async () => {
    host = await RealSshd.start();
  });
  after(() => host?.stop());

  const pem = (type: "pkcs8" | "pkcs1", cipher = {}) => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    return String(privateKey.export({ type, format: "pem", ...cipher }));
  };
  const locked = { cipher: "aes-256-cbc", passphrase: "swordfish" };
  const keys: [what: string, privateKey: () => string, message: RegExp][] = [
    [
      "in PKCS#8, of Ed25519",
      () => generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }) as string,
      /hosts\.real\.privateKey is not a usable private key \(it is in PKCS#8, .*\): .*convert it \(ssh-keygen -p -N '' -f FILE/,
    ],
    ["in PKCS#8, of RSA", () => pem("pkcs8"), /it is in PKCS#8/],
    ["in PKCS#8 with a passphrase", () => pem("pkcs8", locked), /not a usable private key .*remove its passphrase/],
    ["in PEM with a passphrase", () => pem("pkcs1", locked), /Encrypted.*remove its passphrase \(ssh-keygen -p/],
    ["that is the public half", () => makeKey().publicKey, /not a usable private key \(it is a public one\)/],
    [
      "in PuTTY's form",
      () => "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n",
      /\(it is in PuTTY's format\): .*puttygen/,
    ],
    [
      "cut off",
      () => makeKey().privateKey.slice(0, 200),
      /is not a usable private key \(.*\): expected an unencrypted/,
    ],
  ];
  for (const [what, privateKey, message] of keys)
    test(`a key ${what}`, async () =>
      assert.match(await failure({ ...host.address, privateKey: privateKey() }), message));

  test("by a key in PEM works", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = privateKey.export({ type: "pkcs1", format: "pem" }) as string;
    const jwk = publicKey.export({ format: "jwk" });
    const part = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, bytes.length >> 8, bytes.length & 255]), bytes]);
    const number = (text = "") => Buffer.concat([Buffer.from([0]), Buffer.from(text, "base64url")]);
    const exponent = Buffer.from(jwk.e ?? "", "base64url");
    const blob = Buffer.concat([part(Buffer.from("ssh-rsa")), part(exponent), part(number(jwk.n))]).toString("base64");
    await connect(host.address).run({ what: "key", script: `echo ssh-rsa ${blob} >>/etc/ssh/test_keys` });
    assert.equal(await run({ ...host.address, privateKey: pem }), "in\n");
  });

  test("without a key and an agent", async () => {
    const message = await failure({ ...host.address, privateKey: undefined });
    assert.match(
      message,
      /neither a private key nor an ssh agent to log in with: set hosts\.real\.privateKey, or start an ssh agent/,
    );
  });

  test("with an agent that is gone", async () => {
    const to = { ...host.address, privateKey: undefined, agentSocket: "/nonexistent/agent" };
    assert.match(await failure(to), /the ssh agent at \/nonexistent\/agent does not answer .*: start one/);
  });

  const withAgent = async <T>(keys: string[], use: (socket: string) => Promise<T>): Promise<T> => {
    const agent = await startAgent(keys);
    try {
      return await use(agent.socket);
    } finally {
      await agent.stop();
    }
  };
  const strangers = (count: number) => Array.from({ length: count }, () => makeKey().privateKey);
  const byAgent = (keys: string[], to: SshAddress = host.address) =>
    withAgent(keys, (agentSocket) => run({ ...to, privateKey: undefined, agentSocket }));

  test("with an agent without keys", async () => {
    const message = await withAgent([], (agentSocket) =>
      failure({ ...host.address, privateKey: undefined, agentSocket }),
    );
    assert.match(message, /the ssh agent has no key: add one \(ssh-add\)/);
  });

  test("with an agent whose keys are all strange", async () => {
    const message = await withAgent(strangers(3), (agentSocket) =>
      failure({ ...host.address, privateKey: undefined, agentSocket }),
    );
    assert.match(message, /all 3 keys of the ssh agent were refused for user root: add its public half to/);
  });

  for (const before of [0, 5, 6, 7, 14])
    test(`with an agent whose key number ${before + 1} is the right one works`, async () => {
      assert.equal(await byAgent([...strangers(before), host.address.privateKey ?? ""]), "in\n");
    });

  test("at a changed host", async () => {
    const message = await failure({ ...host.address, hostKey: makeKey().publicKey });
    assert.match(message, /the host key is SHA256:\S+, expected the pinned SHA256:\S+: if the host was reinstalled/);
  });

  test("at one without a key of the pinned type", async () => {
    const hostKey = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAI";
    assert.match(
      await failure({ ...host.address, hostKey }),
      /offers no key of the pinned type ecdsa-sha2-nistp256: pin/,
    );
  });

  const configs: [what: string, config: string[], message: RegExp][] = [
    [
      "no key exchange in common",
      ["KexAlgorithms sntrup761x25519-sha512@openssh.com"],
      /no key exchange algorithm in common .*: add one to KexAlgorithms .*'KexAlgorithms \+curve25519-sha256'/,
    ],
    [
      "no MAC in common",
      ["Ciphers aes256-ctr", "MACs umac-128-etm@openssh.com"],
      /no MAC algorithm in common .*'MACs \+hmac-sha2-256-etm/,
    ],
    [
      "MACs by SHA-1 only",
      ["Ciphers aes256-ctr", "MACs hmac-sha1,hmac-sha1-etm@openssh.com"],
      /no MAC algorithm in common/,
    ],
    [
      "no cipher in common",
      ["Ciphers aes256-cbc"],
      /no cipher algorithm in common .*'Ciphers \+aes256-gcm@openssh\.com'/,
    ],
    [
      "more than a key",
      ["AuthenticationMethods publickey,password", "PasswordAuthentication yes"],
      /was accepted, but sshd requires another authentication method too: let user root/,
    ],
    ["no root", ["PermitRootLogin no"], /the ssh key was refused for user root: .*PermitRootLogin has to allow keys/],
    ["one try only", ["MaxAuthTries 1"], /sshd ended the login after \d+ keys \(its MaxAuthTries\): load fewer keys/],
  ];
  for (const [what, config, message] of configs)
    test(`at one that allows ${what}`, async () => {
      const strict = await RealSshd.start({ config });
      try {
        if (what === "one try only") {
          await assert.rejects(byAgent(strangers(3), strict.address), message);
          assert.equal(await byAgent([...strangers(2), strict.address.privateKey ?? ""], strict.address), "in\n");
        } else assert.match(await failure(strict.address), message);
      } finally {
        await strict.stop();
      }
    });
});

describe("a login at what is no host", () => {
  const { privateKey, publicKey: hostKey } = makeKey();
  const to = (address: string, port: number) => ({ name: "real", address, port, user: "root", hostKey, privateKey });
  const answers: [what: string, answer: (socket: Socket) => void, message: RegExp][] = [
    [
      "a web server",
      (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
      /server on port \d+ is not an SSH 2 server \(it sends "HTTP\/1.1 400 Bad Request"\): set hosts\.real\.port/,
    ],
    [
      "a mail server",
      (socket) => socket.write("220 mail.example.org ESMTP\r\n"),
      /not an SSH 2 server \(it sends "220 mail/,
    ],
    [
      "one that hangs up",
      (socket) => socket.end(),
      /the connection was closed before the login .*: check that sshd listens/,
    ],
    ["one that resets", (socket) => socket.resetAndDestroy(), /closed before the login .*ECONNRESET/],
    [
      "sshd that has too many logins",
      (socket) => socket.end("Exceeded MaxStartups\r\n"),
      /temporarily refuses connections from this machine \("Exceeded MaxStartups"\): wait/,
    ],
    ["sshd that punishes", (socket) => socket.end("Not allowed at this time\r\n"), /temporarily refuses connections/],
    ["an old sshd", (socket) => socket.write("SSH-1.5-OpenSSH_2.0\r\n"), /is not an SSH 2 server \(it sends "SSH-1\.5/],
    ["one that says nothing", () => {}, /accepts the connection, but the login did not complete within 10 s: check/],
  ];
  for (const [what, answer, message] of answers)
    test(what, async (t) => {
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        sockets.add(socket.on("error", () => {}));
        answer(socket);
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      t.after(() => {
        for (const socket of sockets) socket.destroy();
        server.close();
      });
      const said = await failure(to("127.0.0.1", (server.address() as AddressInfo).port));
      assert.match(said, message);
    });

  test("an unknown name", async () =>
    assert.match(
      await failure(to("nobody.invalid", 22)),
      /the name nobody\.invalid is not found \(.*\): check hosts\.real\.address and this machine's DNS/,
    ));

  test("nobody listens", async () =>
    assert.match(
      await failure(to("127.0.0.1", 1)),
      /cannot be reached \(.*ECONNREFUSED.*\): check that it is up, that sshd/,
    ));

  test("nobody listens at any address of a name", async () =>
    assert.match(
      await failure(to("localhost", 1)),
      /cannot be reached \(.*ECONNREFUSED.*\): check that it is up, that sshd/,
    ));
});
