import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionsOf } from "../../bench/host/sshd.ts";

// as sshd of OpenSSH 10 writes them at LogLevel DEBUG1
const log = (lines: [pid: number, message: string][]) =>
  lines.map(([pid, MESSAGE]) => ({ _PID: String(pid), MESSAGE }));

const opening = (pid: number, port: number, client: string): [number, string][] => [
  [pid, `Connection from 10.99.0.1 port ${port} on 10.99.0.2 port 22 rdomain ""`],
  [pid, `debug1: Remote protocol version 2.0, remote software version ${client}`],
  [pid, `Accepted publickey for root from 10.99.0.1 port ${port} ssh2: ED25519 SHA256:abc`],
];

const starting = (pid: number, port: number, id: number): [number, string] => [
  pid,
  `Starting session: command for root from 10.99.0.1 port ${port} id ${id}`,
];

test("commands count for the connection with their port, whichever process logs them", () => {
  const connections = connectionsOf(
    log([
      ...opening(40, 50001, "ssh2js1.17.0"),
      ...opening(50, 50002, "SSH-Go"),
      starting(41, 50001, 0),
      starting(40, 50001, 1),
      starting(51, 50002, 0),
    ]),
  );
  assert.deepEqual(connections, [
    { client: "ssh2js1.17.0", execs: 2 },
    { client: "SSH-Go", execs: 1 },
  ]);
});

test("commands of a connection from before the watch do not count", () =>
  assert.deepEqual(connectionsOf(log([starting(41, 50001, 3)])), []));
