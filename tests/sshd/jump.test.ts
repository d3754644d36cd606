import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import type { SshServer } from "../../providers/ssh/address.ts";
import { connect } from "../../providers/ssh/connection.ts";
import { handshake } from "../../providers/ssh/login.ts";
import { freePort } from "../free-port.ts";
import { makeKey } from "../keys.ts";
import { noSshd, RealSshd } from "./real-sshd.ts";
import { startAgent } from "./ssh-agent.ts";

describe("a host behind jump hosts", { skip: noSshd }, () => {
  let [first, second, target] = [] as RealSshd[];
  before(async () => {
    [first, second, target] = await Promise.all([
      RealSshd.start({ user: "nosudo" }),
      RealSshd.start({ user: "admin" }),
      RealSshd.start(),
    ]);
  });
  after(() => Promise.all([first, second, target].map((host) => host?.stop())));

  const server = (host: RealSshd | undefined, changes: Partial<SshServer> = {}): SshServer => {
    assert.ok(host);
    const { address, port, user, hostKey, privateKey } = host.address;
    return { address, port, user, hostKey, privateKey, ...changes };
  };
  const through = (...jump: SshServer[]) => ({ name: "web", ...server(target), jump });
  const run = (to: ReturnType<typeof through>) => connect(to).run({ what: "job", script: "echo in; id -un" });
  const failure = async (to: ReturnType<typeof through>): Promise<string> => {
    const error = await run(to).then(
      () => assert.fail("it logged in"),
      (cause: Error) => cause,
    );
    assert.equal(error.name, "ConnectError", error.stack);
    assert.doesNotMatch(error.message, /\n|PRIVATE KEY/);
    return error.message;
  };
  /** Logins that a host has let in so far. */
  const logins = (host: RealSshd | undefined) =>
    host?.log.filter((line) => /^Accepted publickey/.test(line)).length ?? 0;

  test("is reached through one", async () => {
    assert.equal(await run(through(server(first))), "in\nroot\n");
  });

  test("is reached through one that opens no session itself", async () => {
    const bare = await RealSshd.start({
      user: "nosudo",
      config: ["MaxSessions 0"],
      setup: "usermod -s /usr/sbin/nologin nosudo",
    });
    try {
      assert.equal(await run(through(server(bare))), "in\nroot\n");
    } finally {
      await bare.stop();
    }
  });

  test("is reached through two, over one connection for all jobs, and tunnels too", async () => {
    const before = [first, second, target].map(logins);
    const connection = connect(through(server(first), server(second)));
    const jobs = Array.from({ length: 12 }, (_, n) => connection.run({ what: `${n}`, script: `echo ${n}` }));
    assert.deepEqual(
      await Promise.all(jobs),
      jobs.map((_, n) => `${n}\n`),
    );
    const channel = await connection.open({ host: "127.0.0.1", port: server(target).port });
    const [greeting] = await once(channel, "data");
    assert.match(String(greeting), /^SSH-2\.0-/);
    assert.deepEqual(
      [first, second, target].map(logins),
      before.map((count) => count + 1),
    );
  });

  test("is reached by an agent whose right key comes late, at the jump host and behind it", async () => {
    const strangers = () => Array.from({ length: 7 }, () => makeKey().privateKey);
    const keys = [server(first), server(target)].map(({ privateKey = "" }) => privateKey);
    const agent = await startAgent([...strangers(), keys[0] ?? "", ...strangers(), keys[1] ?? ""]);
    try {
      const to = through(server(first, { privateKey: undefined }));
      assert.equal(await run({ ...to, privateKey: undefined, ...{ agentSocket: agent.socket } }), "in\nroot\n");
    } finally {
      await agent.stop();
    }
  });

  test("closes the connections to the jump hosts with its own", async () => {
    const client = await handshake(through(server(first), server(second)));
    const ended = (host: RealSshd | undefined) =>
      host?.log.filter((line) => /^(Disconnected from|Connection (closed|reset) by) /.test(line)).length ?? 0;
    const before = [first, second].map(ended);
    client.end();
    await once(client, "close");
    for (let tries = 0; tries < 100; tries++) {
      if ([first, second].every((host, index) => ended(host) > (before[index] ?? 0))) return;
      await new Promise((again) => setTimeout(again, 50));
    }
    assert.fail("a jump host's connection is still there");
  });

  const at = (hop: () => SshServer, path: string) => (message: string) => {
    const { user, address, port } = hop();
    assert.ok(message.startsWith(`jump host of web (${user}@${address}:${port}): `), message);
    assert.ok(message.includes(path), message);
  };

  test("another key of the jump host is refused, and nothing of the next one is tried", async () => {
    const before = logins(target);
    const message = await failure(through(server(first, { hostKey: makeKey().publicKey })));
    at(() => server(first), "set hosts.web.jump.hostKey to its new key")(message);
    assert.equal(logins(target), before);
  });

  test("another key of the host behind it is refused", async () => {
    const message = await failure({ ...through(server(first)), hostKey: makeKey().publicKey });
    assert.match(message, /^host web \(root@.*\): the host key is .*set hosts\.web\.hostKey/);
  });

  test("a login that the second jump host refuses names it", async () => {
    const stranger = makeKey().privateKey;
    const message = await failure(through(server(first), server(second, { privateKey: stranger })));
    at(() => server(second), "the ssh key was refused for user admin")(message);
    assert.match(message, /hosts\.web\.jump\.1\.privateKey/);
  });

  test("a jump host that is not there names it", async () => {
    const port = await freePort();
    const message = await failure(through(server(first, { port })));
    at(() => server(first, { port }), "hosts.web.jump.address")(message);
    assert.match(message, /cannot be reached \(.*ECONNREFUSED/);
  });

  test("a host that the jump host does not reach: whose address to look at", async () => {
    const port = await freePort();
    const message = await failure({ ...through(server(first)), port });
    at(() => server(first), "check that hosts.web.address is its address as seen from the jump host")(message);
    assert.match(message, new RegExp(`its sshd does not connect to 127\\.0\\.0\\.1:${port} \\(.*refused\\)`));
  });

  test("a name that the jump host does not know", async () => {
    const message = await failure({ ...through(server(first)), address: "nobody.invalid" });
    at(() => server(first), "check that hosts.web.address is its address as seen from the jump host")(message);
  });

  for (const config of [
    "AllowTcpForwarding no",
    "AllowTcpForwarding remote",
    "DisableForwarding yes",
    "PermitOpen 192.0.2.1:22",
  ])
    test(`a jump host with '${config}': that it has to forward`, async () => {
      const strict = await RealSshd.start({ user: "nosudo", config: [config] });
      try {
        const message = await failure(through(server(strict)));
        at(() => server(strict), "AllowTcpForwarding yes (or local) in its sshd_config")(message);
      } finally {
        await strict.stop();
      }
    });
});
