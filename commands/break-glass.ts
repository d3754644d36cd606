import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Client } from "ssh2";
import { breakGlass } from "../components/pod/grafana-ini.ts";
import { type Config, type Server, serverOf } from "../config/config.ts";
import { splitHostPort } from "../config/host-port.ts";
import type { SshAddress } from "../providers/ssh/address.ts";
import { connect, handshake } from "../providers/ssh/connection.ts";
import { note } from "../toolchain/progress.ts";
import { adminPassword, type Door, doors, knock, tryLogin } from "./break-glass-doors.ts";
import { forward } from "./forward.ts";
import { configOf } from "./stack-config.ts";
import { fileConfig } from "./stack-file.ts";

const usage = `npm run break-glass -- [options]    Grafana, Prometheus and Loki through ssh, when login, proxy or DNS is down
  --stack NAME      the stack; its file Pulumi.NAME.yaml is all that is read of it
  --name NAME       a demo in place of a stack; default: this clone's demo
  --address ADDR    the server's IP address, when its name is not found; its pinned key still has to be its own
  --key FILE        private key; default: the ssh agent, then ~/.ssh/id_ed25519 and id_rsa; a demo has its own
  --show-password   also prints the local admin's password`;

type Options = { stack?: string; name?: string; address?: string; key?: string; "show-password"?: boolean };

const say = (step: string, what: string) => void process.stdout.write(`${step.padEnd(12)}${what}\n`);

const readKey = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
};

/** By what the server lets us in. @throws Error when a key file that was named cannot be read. */
const loginOf = ({ privateKey }: Server, file: string | undefined): Pick<SshAddress, "privateKey" | "agentSocket"> => {
  if (file !== undefined) {
    const key = readKey(file);
    if (key === undefined) throw new Error(`--key: expected a private key file, cannot read ${file}`);
    return { privateKey: key };
  }
  if (privateKey !== undefined) return { privateKey };
  if (process.env.SSH_AUTH_SOCK) return { agentSocket: process.env.SSH_AUTH_SOCK };
  const usual = ["id_ed25519", "id_rsa"].map((name) => readKey(join(homedir(), ".ssh", name)));
  const key = usual.find((text) => text !== undefined);
  if (key === undefined) throw new Error("there is no ssh agent and no key in ~/.ssh: use --key FILE");
  return { privateKey: key };
};

/** Opens one part on this machine and says how it is. */
const open = async (client: Client, door: Door, config: Config): Promise<number> => {
  const { port } = await forward(client, splitHostPort(config[door].listen));
  const path = door === "grafana" ? "/login?disableAutoLogin" : "";
  say(door, `http://127.0.0.1:${port}${path}  ${await knock(door, port)}`);
  return port;
};

const main = async (): Promise<void> => {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = { stack: text, name: text, address: text, key: text, "show-password": flag };
  const { values } = parseArgs({ options: { ...options, help: { ...flag, short: "h" } } });
  if (values.help) return note(usage);
  const { stack, name, address, key, "show-password": show }: Options = values;
  const config = stack ? fileConfig(stack) : await configOf(name, undefined);
  const server = serverOf(config);
  if (stack) say("config", `Pulumi.${stack}.yaml; no engine, no state, no login provider is asked`);
  const login = loginOf(server, key);
  const jump = server.jump?.map((hop) => ({ ...login, ...hop }));
  const to = { ...server, address: address ?? server.address, ...login, jump };
  const client = await handshake(to);
  say("ssh", `${to.user}@${to.address}:${to.port}, and its host key is the pinned one`);
  const wanted = (Object.keys(doors) as Door[]).filter((door) => door !== "grafana" || config.grafana.enabled);
  const ports = new Map<Door, number>();
  for (const door of wanted) ports.set(door, await open(client, door, config));
  const grafana = ports.get("grafana");
  if (grafana !== undefined) {
    const password = await adminPassword(connect(to), config);
    say("login", `${breakGlass.user} ${await tryLogin(grafana, password)}`);
    say("password", show ? password : "as the host holds it; --show-password prints it");
  }
  say("", "open until ^C");
  const end = (why: string, status: number) => {
    client.end();
    say("closed", `${why}: the ssh connection and ports ${[...ports.values()].join(", ")} of this machine`);
    process.exit(status);
  };
  client.once("close", () => end(`the connection to ${to.address} ended`, 1));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => end(`by ${signal}`, 0));
};

main().catch((cause: Error) => {
  note(`break-glass: ${cause.message}`);
  process.exit(1);
});
