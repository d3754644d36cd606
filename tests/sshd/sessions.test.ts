import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { connect } from "../../providers/ssh/connection.ts";
import { noSshd, RealSshd, type RealSshdOptions } from "./real-sshd.ts";

describe("jobs on a host whose sshd allows", { skip: noSshd }, () => {
  /** Jobs that end in a random order, all asked for at once. */
  const jobs = (host: RealSshd, count: number) => {
    const connection = connect(host.address);
    return Array.from({ length: count }, (_, n) =>
      connection.run({ what: `job ${n}`, script: `sleep 0.0${Math.floor(Math.random() * 6)}; echo ${n}` }),
    );
  };
  const expected = (count: number) => Array.from({ length: count }, (_, n) => `${n}\n`);
  const withHost = async (options: RealSshdOptions, use: (host: RealSshd) => Promise<void>) => {
    const host = await RealSshd.start(options);
    try {
      await use(host);
    } finally {
      await host.stop();
    }
  };

  for (const maxSessions of [1, 2, 4])
    test(`${maxSessions} sessions: all are done, at most so many at once`, () =>
      withHost({ config: [`MaxSessions ${maxSessions}`] }, async (host) => {
        for (const count of [8, 14, 20]) assert.deepEqual(await Promise.all(jobs(host, count)), expected(count));
      }));

  test("one session: jobs go on where one fails, and a tunnel needs none", () =>
    withHost({ config: ["MaxSessions 1"] }, async (host) => {
      const connection = connect(host.address);
      const [long, failed, next] = ["sleep 0.5; echo long", "exit 3", "echo next"].map((script) =>
        connection.run({ what: script, script }),
      );
      const channel = await connection.open({ host: "127.0.0.1", port: host.address.port });
      const [greeting] = await once(channel, "data");
      assert.match(String(greeting), /^SSH-2\.0-/);
      await assert.rejects(failed as Promise<string>, /exit 3: exit status 3$/);
      assert.deepEqual(await Promise.all([long, next]), ["long\n", "next\n"]);
    }));

  test("none: MaxSessions is named", () =>
    withHost({ config: ["MaxSessions 0"] }, async (host) => {
      for (const { status, reason } of (await Promise.allSettled(jobs(host, 3))) as PromiseRejectedResult[]) {
        assert.equal(status, "rejected");
        assert.match(
          reason.message,
          /^host real .*: its sshd opens no session \(.*\): expected MaxSessions 1 or more in its sshd_config$/,
        );
      }
    }));
});
