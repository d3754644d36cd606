import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readConfig, serverOf } from "../config.ts";
import { enabled, splitHostPort } from "../config-listen.ts";
import { handshake } from "../providers/ssh/connection.ts";
import { ensureEngine } from "../toolchain/engine.ts";
import { note } from "../toolchain/progress.ts";
import { forward } from "./forward.ts";
import { demoFolder, parseOptions } from "./options.ts";
import { openStack, stackConfig } from "./stack.ts";

const usage = `npm run open -- [options]    bring the pages of a stack's host to this machine until ^C
  --name NAME    the demo of that name; default: this clone's demo
  --stack NAME   a stack of yours, with your backend and passphrase as for 'pulumi up'`;

/** The config of a demo's stack, or of one of the user's. */
const configOf = async (name: string | undefined, stack: string | undefined) => {
  if (stack) return readConfig(await stackConfig(stack));
  const demo = parseOptions(name ? ["--name", name] : []).name;
  const folder = demoFolder(demo);
  if (!existsSync(join(folder, "state"))) throw new Error(`there is no demo ${demo}: expected 'npm run demo' before`);
  const opened = await openStack({ name: demo, folder, engine: await ensureEngine({ standIns: true }) });
  return readConfig(
    Object.fromEntries(Object.entries(await opened.stack.getAllConfig()).map(([k, { value }]) => [k, value])),
  );
};

const main = async () => {
  const { values } = parseArgs({
    options: { name: { type: "string" }, stack: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) return note(usage);
  const config = await configOf(values.name, values.stack);
  const server = serverOf(config);
  const client = await handshake({ ...server, agentSocket: process.env.SSH_AUTH_SOCK });
  for (const name of enabled(config)) {
    const { port } = await forward(client, splitHostPort(config[name].listen));
    process.stdout.write(`${name.padEnd(12)}http://127.0.0.1:${port}\n`);
  }
  note(`forwarded from ${server.user}@${server.address} until ^C`);
  client.once("close", () => {
    note(`open: the connection to ${server.address} ended`);
    process.exit(1);
  });
};

main().catch((cause: Error) => {
  note(`open: ${cause.message}`);
  process.exit(1);
});
