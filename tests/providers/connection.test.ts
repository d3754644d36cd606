import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, type TestContext, test } from "node:test";
import { connect } from "../../providers/ssh/connection.ts";
import { ScriptError } from "../../providers/ssh/errors.ts";
import { connectionTo } from "../../providers/ssh/pool.ts";
import { makeKey } from "../keys.ts";
import { FakeHost, type FakeHostOptions } from "./fake-host.ts";

const start = async (t: TestContext, options?: FakeHostOptions) => {
  const host = await FakeHost.start(options);
  t.after(() => host.stop());
  return host;
};

describe("the connection to a host", () => {
  test("runs a script and returns what it printed", async (t) => {
    const host = await start(t);
    const said = await connect(host.address).run({ what: "greeting", script: 'name="the host"\necho "this is $name"' });
    assert.equal(said, "this is the host\n");
  });

  test("sends the script through standard input, so that no value in it shows up in argv", async (t) => {
    const host = await start(t);
    await connect(host.address).run({ what: "secret", script: "value=hunter2-hunter2; true" });
    assert.equal(host.commands.length, 1);
    assert.doesNotMatch(host.commands.join(), /hunter2/);
  });

  test("lets the script's commands read what follows it, byte for byte", async (t) => {
    const host = await start(t);
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 256));
    const input = Readable.from([bytes.subarray(0, 1000), bytes.subarray(1000)]);
    const script = "echo 'größer'; sha256sum | cut -c1-64; echo more";
    const { createHash } = await import("node:crypto");
    const sum = createHash("sha256").update(bytes).digest("hex");
    assert.equal(await connect(host.address).run({ what: "upload", script, input }), `größer\n${sum}\nmore\n`);
  });

  test("is made once for calls that come at once", async (t) => {
    const host = await start(t);
    const connection = connect(host.address);
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    const said = await Promise.all(numbers.map((n) => connection.run({ what: `${n}`, script: `echo ${n}` })));
    assert.deepEqual(
      said,
      numbers.map((n) => `${n}\n`),
    );
    assert.equal(host.handshakes, 1);
    assert.equal(host.commands.length, numbers.length);
  });

  test("has no more channels open at a time than sshd allows", async (t) => {
    let [open, most] = [0, 0];
    const answer = async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setImmediate(resolve));
      open--;
      return {};
    };
    const host = await start(t, { answer });
    const connection = connect(host.address);
    await Promise.all(Array.from({ length: 40 }, () => connection.run({ what: "many", script: "true" })));
    assert.ok(most > 1 && most < 10, `${most} at once; sshd's MaxSessions is 10`);
  });

  test("is shared by all that ask the pool for the same host", async (t) => {
    const host = await start(t);
    const jobs = ["a", "b"].map((what) => connectionTo({ ...host.address }).run({ what, script: "true" }));
    await Promise.all(jobs);
    assert.equal(host.handshakes, 1);
  });

  test("becomes root by sudo where it did not log in as root", async (t) => {
    const host = await start(t, { user: "deploy" });
    await connect(host.address).run({ what: "greeting", script: "true" });
    assert.match(host.commands[0] ?? "", /^env LC_ALL=C sudo -n -- \/bin\/bash /);
  });
});

describe("a script that fails", () => {
  test("is told with the host, the resource and what it said", async (t) => {
    const host = await start(t);
    await assert.rejects(connect(host.address).run({ what: "HostFile /etc/x", script: "echo 'no room' >&2; exit 3" }), {
      name: "ScriptError",
      message: `host fake (root@127.0.0.1:${host.address.port}): HostFile /etc/x: no room`,
    });
  });

  test("tells its status when it says nothing", async (t) => {
    const host = await start(t);
    await assert.rejects(connect(host.address).run({ what: "quiet", script: "exit 7" }), /quiet: exit status 7$/);
  });

  test("is given up when the host does not end it in its time", async (t) => {
    const host = await start(t, { answer: () => new Promise(() => {}) });
    const job = { what: "slow", script: "sleep 600", timeoutSeconds: 0.05 };
    await assert.rejects(
      connect(host.address, { graceSeconds: 0 }).run(job),
      /slow: no result after 0.05 s, and the host did not report that it ended$/,
    );
  });

  test("is ended when it prints without end", async (t) => {
    const host = await start(t);
    const connection = connect(host.address);
    const job = { what: "talkative", script: "yes | head -c 70000000; echo more >&2" };
    await assert.rejects(connection.run(job), /talkative: printed more than 64 MiB and was stopped$/);
    assert.equal(await connection.run({ what: "next", script: "echo on" }), "on\n");
  });

  test("is no refusal of sudo where sudo only warned", async (t) => {
    const stderr = "sudo: unable to resolve host prod: Name or service not known\npodman is not installed\n";
    const host = await start(t, { user: "deploy", answer: () => ({ stderr, status: 1 }) });
    await assert.rejects(connect(host.address).run({ what: "preflight", script: "true" }), (error) => {
      assert.ok(error instanceof ScriptError);
      assert.match(error.message, /podman is not installed/);
      return true;
    });
  });

  test("leaves the connection as it was", async (t) => {
    const host = await start(t);
    const connection = connect(host.address);
    await assert.rejects(connection.run({ what: "first", script: "exit 1" }));
    assert.equal(await connection.run({ what: "second", script: "echo on" }), "on\n");
    assert.equal(host.handshakes, 1);
  });
});

describe("a connection that is lost", () => {
  test("fails the job that ran, and is made anew for the next", async (t) => {
    let host: FakeHost | undefined;
    const answer = (script: string) => {
      if (script === "echo on") return { stdout: "on" };
      host?.drop();
      return new Promise<never>(() => {});
    };
    host = await start(t, { answer });
    const connection = connect(host.address);
    await assert.rejects(connection.run({ what: "HostFile /etc/x", script: "true" }), {
      name: "ConnectError",
      message: /^host fake .*: HostFile \/etc\/x: the connection was lost before it ended: .* run it again$/,
    });
    assert.equal(await connection.run({ what: "next", script: "echo on" }), "on");
    assert.equal(host.handshakes, 2);
  });

  test("is not tried again where it never came about: the host may count the failures", async (t) => {
    const host = await start(t);
    const connection = connect({ ...host.address, privateKey: makeKey().privateKey });
    const jobs = [1, 2, 3].map((n) => connection.run({ what: `${n}`, script: "true" }));
    const messages = (await Promise.allSettled(jobs)).map(
      (result) => result.status === "rejected" && `${result.reason}`,
    );
    assert.equal(new Set(messages).size, 1);
    assert.match(`${messages[0]}`, /the ssh key was refused/);
    assert.equal(host.attempts, 1);
  });
});
