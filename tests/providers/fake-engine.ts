// Stands for the engine in a process of its own: it listens, and starts the command line that it is given as the engine
// starts a launcher. It prints the launcher's pid and the port that the launcher prints, then a line for each connection
// that is made to it. SIGUSR2 has it hang up on all of them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";

const say = (line: string) => process.stdout.write(`${line}\n`);
const sessions = new Set<ServerHttp2Session>();
const server = createServer().listen(0, "127.0.0.1");
await once(server, "listening");

const [command = "", ...args] = process.argv.slice(2);
const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
const launcher = spawn(command, [...args, address], { detached: true, stdio: ["pipe", "pipe", "inherit"] });
const [port] = await once(createInterface(launcher.stdout), "line");
say(`${launcher.pid} ${port}`);

server.on("session", (session) => {
  sessions.add(session);
  session.on("error", () => {});
  session.once("close", () => sessions.delete(session));
  say("session");
});
process.on("SIGUSR2", () => {
  for (const session of sessions) session.destroy();
});
launcher.once("exit", (status, signal) => say(`exit ${signal ?? status}`));
