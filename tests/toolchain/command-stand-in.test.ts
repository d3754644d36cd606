import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import ssh2 from "ssh2";
import { type Connection, runHere, runThere } from "../../toolchain/stand-ins/command/shell.ts";
import { makeKey } from "../keys.ts";

const [hostKey, userKey] = [makeKey(), makeKey()];
let connection: Connection;

/** A host that echoes the command, its environment and its input. */
const server = new ssh2.Server({ hostKeys: [hostKey.privateKey] }, (client) => {
  client.on("error", () => {});
  client.on("authentication", (login) => (login.method === "publickey" ? login.accept() : login.reject()));
  client.on("session", (accept) => {
    const environment: Record<string, string> = {};
    accept()
      .on("env", (acceptEnv, _reject, { key, val }) => {
        environment[key] = val;
        acceptEnv?.();
      })
      .on("exec", (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        let input = "";
        channel.on("data", (text: Buffer) => {
          input += text;
        });
        channel.on("end", () => {
          channel.stderr.write("careful\n");
          channel.write(`${command} ${JSON.stringify(environment)} ${input}\n`);
          channel.exit(command.startsWith("fail") ? 3 : 0);
          channel.end();
        });
      });
  });
});

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  connection = { host: "127.0.0.1", port, user: "root", privateKey: userKey.privateKey, hostKey: hostKey.publicKey };
});
after(() => server.close());

test("a command runs on the other machine with its environment and input", async () => {
  const written = await runThere({ command: "say", environment: { A: "b" }, stdin: "in" }, connection);
  assert.deepEqual(written, { stdout: 'say {"A":"b"} in', stderr: "careful" });
});

test("a command that fails there is told with its status and what it wrote", async () => {
  const failing = runThere({ command: "fail now", environment: {} }, connection);
  await assert.rejects(failing, { message: 'exit status 3: running "fail now":\ncareful\n' });
});

test("another host key than the pinned one is refused at once", async () => {
  const other = { ...connection, hostKey: userKey.publicKey };
  await assert.rejects(runThere({ command: "say", environment: {} }, other), /cannot connect to root@127\.0\.0\.1/);
});

test("a command runs here", async () => {
  const written = await runHere({ command: 'printf "$A "; cat', environment: { A: "b" }, stdin: "in" });
  assert.deepEqual(written, { stdout: "b in", stderr: "" });
  await assert.rejects(runHere({ command: "echo no >&2; exit 2", environment: {} }), /^Error: exit status 2: .*\nno/);
});
