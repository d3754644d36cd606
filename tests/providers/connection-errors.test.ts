import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { SshAddress } from "../../providers/ssh/address.ts";
import { connect } from "../../providers/ssh/connection.ts";
import { fingerprint } from "../../providers/ssh/errors.ts";
import { makeKey } from "../keys.ts";
import { FakeHost } from "./fake-host.ts";

/** Fails to connect, and gives the message, which has to be one sentence about that host. */
const failure = async (to: SshAddress): Promise<string> => {
  const error = await connect(to)
    .run({ what: "anything", script: "true" })
    .then(
      () => assert.fail("it connected"),
      (cause: unknown) => cause,
    );
  assert.ok(error instanceof Error);
  assert.equal(error.name, "ConnectError");
  assert.ok(error.message.startsWith(`host fake (${to.user}@127.0.0.1:${to.port}): `), error.message);
  assert.doesNotMatch(error.message, /\n|PRIVATE KEY/);
  return error.message;
};

const blob = (key: string) => key.split(" ")[1] ?? "";

describe("a host that lets nobody in", () => {
  let host: FakeHost;
  before(async () => {
    host = await FakeHost.start({ user: "deploy", refuses: { stderr: "sudo: a password is required\n", status: 1 } });
  });
  after(() => host.stop());

  test("another host key: both fingerprints, and how to set the new one", async () => {
    const { publicKey } = makeKey();
    const message = await failure({ ...host.address, hostKey: publicKey });
    assert.ok(message.includes(fingerprint(blob(publicKey))));
    assert.ok(message.includes(fingerprint(blob(host.address.hostKey))));
    assert.match(message, /set hosts\.fake\.hostKey to its new key \(ssh-keyscan -t ed25519 127\.0\.0\.1\)/);
    assert.equal(host.handshakes, 0);
  });

  test("fingerprints are those of ssh-keygen", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "watchpost-key-"));
    t.after(() => rm(folder, { recursive: true }));
    const file = join(folder, "key");
    try {
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]);
    } catch (cause) {
      return t.skip(`ssh-keygen does not run here: ${(cause as Error).message}`);
    }
    const said = execFileSync("ssh-keygen", ["-lf", `${file}.pub`], { encoding: "utf8" });
    assert.ok(said.includes(fingerprint(blob(await readFile(`${file}.pub`, "utf8")))));
  });

  test("no key of the pinned type: which types it could be", async () => {
    const hostKey = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAI";
    const message = await failure({ ...host.address, hostKey });
    assert.match(
      message,
      /no key of the pinned type ecdsa-sha2-nistp256: pin one that it has \(ssh-keyscan 127\.0\.0\.1\)/,
    );
  });

  test("a key that the host does not know: where its public half belongs", async () => {
    const message = await failure({ ...host.address, privateKey: makeKey().privateKey });
    assert.match(message, /refused for user deploy: add its public half to ~deploy\/\.ssh\/authorized_keys/);
  });

  test("neither key nor agent: which to set", async () => {
    const message = await failure({ ...host.address, privateKey: undefined, agentSocket: undefined });
    assert.match(message, /hosts\.fake\.privateKey/);
  });

  test("a private key that is none: what was expected, not what was given", async () => {
    const message = await failure({ ...host.address, privateKey: "swordfish" });
    assert.match(
      message,
      /hosts\.fake\.privateKey is not a usable private key .*expected an unencrypted OpenSSH or PEM key/,
    );
    assert.doesNotMatch(message, /swordfish/);
  });

  test("a private key with a passphrase: that it has to be without", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "watchpost-key-"));
    t.after(() => rm(folder, { recursive: true }));
    const file = join(folder, "key");
    try {
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "swordfish", "-f", file]);
    } catch (cause) {
      return t.skip(`ssh-keygen does not run here: ${(cause as Error).message}`);
    }
    const message = await failure({ ...host.address, privateKey: await readFile(file, "utf8") });
    assert.match(message, /Encrypted .*expected an unencrypted/);
  });

  test("nobody listens: the port and the address to look at", async () => {
    const gone = await FakeHost.start();
    await gone.stop();
    const message = await failure(gone.address);
    assert.match(
      message,
      new RegExp(`cannot be reached .*sshd listens on port ${gone.address.port}.*hosts\\.fake\\.address`),
    );
  });

  test("no sudo without a password: the line for sudoers", async () => {
    const message = await failure(host.address);
    assert.match(message, /deploy may not become root \(sudo: a password is required\)/);
    assert.match(message, /'deploy ALL=\(ALL\) NOPASSWD: ALL'.*hosts\.fake\.user to root/);
  });

  for (const said of [
    "bash: line 1: sudo: command not found",
    "Sorry, user deploy is not allowed to execute '/bin/bash -c ...' as root on prod.",
    "sudo: unable to resolve host prod: Temporary failure in name resolution\nsudo: a password is required",
    "deploy is not in the sudoers file.",
    "sudo: interactive authentication is required",
  ])
    test(`no sudo: ${JSON.stringify(said)}`, async (t) => {
      const other = await FakeHost.start({ user: "deploy", refuses: { stderr: `${said}\n`, status: 1 } });
      t.after(() => other.stop());
      assert.match(await failure(other.address), /may not become root .*NOPASSWD/);
    });
});
