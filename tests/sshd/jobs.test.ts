import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { after, before, beforeEach, describe, test } from "node:test";
import { type Connection, connect } from "../../providers/ssh/connection.ts";
import { handshake } from "../../providers/ssh/login.ts";
import { noSshd, RealSshd } from "./real-sshd.ts";

// glibc takes any locale's folder for a locale, and its messages for German by its name
const german = "cp -r /usr/lib/locale/C.utf8 /usr/lib/locale/de_DE.utf8";

const start = async (options: Parameters<typeof RealSshd.start>[0]) => {
  const host = await RealSshd.start(options);
  return { host, stop: () => host.stop() };
};

describe("a job on a real host", { skip: noSshd }, () => {
  let host: RealSshd;
  let connection: Connection;
  before(async () => {
    host = await RealSshd.start();
  });
  after(() => host?.stop());
  beforeEach(() => {
    connection = connect(host.address);
  });
  const run = (script: string, more = {}) => connection.run({ what: "job", script, ...more });
  const until = async (script: string) => {
    for (let tries = 0; tries < 100; tries++) {
      const said = await run(script).catch(() => undefined);
      if (said !== undefined) return said;
      await new Promise((again) => setTimeout(again, 100));
    }
    return assert.fail(`it never became true: ${script}`);
  };

  test("is ended by the host at its deadline, and cleans up", async () => {
    const script = "trap 'echo cleaned >/tmp/deadline' EXIT\nsleep 987 | cat";
    await assert.rejects(
      run(script, { timeoutSeconds: 1 }),
      /^ScriptError: .*: job: .*stopped by the host at its limit of 1 s$/s,
    );
    assert.equal(await run("cat /tmp/deadline; pgrep -f 'sleep 987' || echo gone"), "cleaned\ngone\n");
  });

  test("is ended by the host at its deadline, also when the connection is lost", async () => {
    const client = await handshake(host.address);
    const { openSession, runIn } = await import("../../providers/ssh/exec.ts");
    const job = {
      what: "job",
      script: "trap 'echo cleaned >/tmp/lost' EXIT\n: >/tmp/begun\nsleep 988",
      timeoutSeconds: 2,
    };
    const ended = runIn(await openSession(client, host.address, job), host.address, job);
    await until("test -e /tmp/begun");
    client.destroy();
    await assert.rejects(ended, /job: the connection was lost before it ended/);
    assert.equal(await until("cat /tmp/lost"), "cleaned\n");
    assert.equal(await run("pgrep -f 'sleep 988' || echo gone"), "gone\n");
  });

  test("that prints without end is ended on the host too", async () => {
    await assert.rejects(run("exec -a endless yes"), /job: printed more than 64 MiB and was stopped$/);
    await until("! pgrep -f ^endless");
  });

  test("reads what follows its script", async () => {
    const input = Readable.from([Buffer.alloc(3_000_000, "x")]);
    assert.equal(await run("wc -c", { input }), "3000000\n");
  });

  test("is as root's own .bashrc does not want it", async (t) => {
    await run(
      "cp /root/.bashrc /root/saved 2>/dev/null; echo 'echo Welcome back; cat() { echo mine; }' >/root/.bashrc",
    );
    t.after(() => run("rm /root/.bashrc"));
    assert.equal(await run("echo yours | cat"), "yours\n");
  });
});

describe("becoming root on a real host", { skip: noSshd }, () => {
  const cases: [what: string, user: string, setup: string, message: RegExp][] = [
    [
      "no right to sudo",
      "nosudo",
      "",
      /^host real .*: user nosudo may not become root \(sudo: a password is required\): expected passwordless sudo; add the line 'nosudo ALL=\(ALL\) NOPASSWD: ALL'/,
    ],
    [
      "no right to sudo, in German",
      "nosudo",
      `${german}; echo 'LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8; export LANG LC_ALL' >/home/nosudo/.bashrc`,
      /user nosudo may not become root \(sudo: a password is required\)/,
    ],
    [
      "no right to sudo, behind a chatty login",
      "nosudo",
      "echo 'echo Welcome back; echo beware >&2' >/home/nosudo/.bashrc",
      /user nosudo may not become root \(sudo: a password is required\)/,
    ],
    [
      "a right to something else",
      "nosudo",
      "echo 'nosudo ALL=(ALL) NOPASSWD: /usr/bin/id' >/etc/sudoers.d/nosudo",
      /user nosudo may not become root .*NOPASSWD/,
    ],
    [
      "a terminal is required",
      "admin",
      "echo 'Defaults requiretty' >/etc/sudoers.d/tty",
      /user admin may not become root \(.*must have a tty.*'Defaults:admin !requiretty'/,
    ],
    ["no sudo at all", "admin", "rm /usr/bin/sudo", /user admin may not become root \(env: .*sudo.*\): install sudo/],
    [
      "sudo without its bit",
      "admin",
      "chmod u-s /usr/bin/sudo",
      /admin may not become root \(.*setuid bit set\): sudo has/,
    ],
    [
      "no new privileges",
      "admin",
      "printf '%s\\n' '#!/bin/sh' 'exec setpriv --no-new-privs /bin/sh \"$@\"' >/bin/nnp; chmod 755 /bin/nnp; usermod --shell /bin/nnp admin",
      /admin may not become root \(sudo: The "no new privileges" flag is set.*\): sudo has to be owned by root/,
    ],
    [
      "nologin",
      "admin",
      "usermod --shell /usr/sbin/nologin admin",
      /the login shell of user admin does not run commands \(This account is currently not available\.\): set a shell/,
    ],
    [
      "false",
      "admin",
      "usermod --shell /bin/false admin",
      /the login shell of user admin does not run commands \(it prints nothing/,
    ],
    ["no bash", "admin", "mv /bin/bash /bin/shell; usermod --shell /bin/sh admin", /the host has no \/bin\/bash/],
    [
      "another command",
      "admin",
      "sed -i 's/^/command=\"echo menu\" /' /etc/ssh/test_keys",
      /ran another command .*\(menu\): look for ForceCommand/,
    ],
  ];
  for (const [what, user, setup, message] of cases)
    test(`${what}: one sentence with the mend`, async () => {
      const { host, stop } = await start({ user, setup });
      try {
        await assert.rejects(connect(host.address).run({ what: "preflight", script: "true" }), (error: Error) => {
          assert.equal(error.name, "ConnectError");
          assert.match(error.message, message);
          assert.doesNotMatch(error.message, /\n/);
          return true;
        });
      } finally {
        await stop();
      }
    });

  const works: [what: string, setup: string][] = [
    ["a sudoer in German", `${german}; echo 'export LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8' >/home/admin/.bashrc`],
    ["a sudoer behind a chatty login", "echo 'echo Welcome back; echo beware >&2' >/home/admin/.bashrc"],
    ["a sudoer who may run bash only", "echo 'admin ALL=(root) NOPASSWD: /bin/bash' >/etc/sudoers.d/admin"],
    ["a sudoer in dash", "usermod --shell /bin/dash admin"],
    ["a sudoer whose sudo wants a pseudo-terminal", "echo 'Defaults use_pty' >/etc/sudoers.d/pty"],
  ];
  for (const [what, setup] of works)
    test(`${what} works`, async () => {
      const { host, stop } = await start({ user: "admin", setup });
      try {
        const input = Readable.from([Buffer.from("the rest")]);
        const said = await connect(host.address).run({ what: "job", script: "id -un; cat", input });
        assert.equal(said, "root\nthe rest");
      } finally {
        await stop();
      }
    });
});
