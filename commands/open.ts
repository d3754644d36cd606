import { parseArgs } from "node:util";
import { serverOf } from "../config/config.ts";
import { splitHostPort } from "../config/host-port.ts";
import { enabled } from "../config/listen.ts";
import { handshake } from "../providers/ssh/connection.ts";
import { note } from "../toolchain/progress.ts";
import { forward } from "./forward.ts";
import { configOf } from "./stack-config.ts";

const usage = `npm run open -- [options]    bring the pages of a stack's host to this machine until ^C
  --name NAME    the demo of that name; default: this clone's demo
  --stack NAME   a stack of yours, with your backend and passphrase as for 'pulumi up'`;

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
