import { spawn } from "node:child_process";
import { findHost, hostNames, rebootHost, removeHost, startHost, type ThrowawayHost } from "./host.ts";

const USAGE = `usage: node throwaway/cli.ts COMMAND
  start NAME         start a throwaway host, or adopt the running one
  stop NAME          remove it with every trace
  reboot NAME [power]
  list
  sh NAME [CMD...]   a shell or a command on it, by ssh as root`;

function show({ privateKey: _, ...facts }: ThrowawayHost): void {
  console.log(JSON.stringify(facts, undefined, 2));
}

async function running(name: string): Promise<ThrowawayHost> {
  const host = await findHost(name);
  if (!host)
    throw new Error(`no throwaway host named ${name} is running; start one: node throwaway/cli.ts start ${name}`);
  return host;
}

async function shell(host: ThrowawayHost, command: string[]): Promise<number> {
  const options = [
    "-i",
    host.privateKeyFile,
    "-o",
    `UserKnownHostsFile=${host.knownHostsFile}`,
    "-o",
    "StrictHostKeyChecking=yes",
  ];
  const child = spawn("ssh", [...options, `${host.user}@${host.address}`, ...command], { stdio: "inherit" });
  return new Promise((resolve, reject) => child.once("error", reject).once("close", (status) => resolve(status ?? 1)));
}

async function main([command, name, ...rest]: string[]): Promise<number> {
  if (command === "list") {
    for (const known of await hostNames())
      console.log(`${known}\t${(await findHost(known))?.address ?? "not running"}`);
    return 0;
  }
  if (name === undefined) throw new Error(USAGE);
  if (command === "start") show(await startHost(name));
  else if (command === "stop") await removeHost(name);
  else if (command === "reboot") show(await rebootHost(await running(name), rest[0] === "power" ? "power" : "clean"));
  else if (command === "sh") return shell(await running(name), rest);
  else throw new Error(USAGE);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
