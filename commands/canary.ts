import { parseArgs } from "node:util";
import { expectedOf } from "../components/canary/expected.ts";
import { type Config, serverOf } from "../config/config.ts";
import { nearest } from "../config/nearest.ts";
import { UsageError } from "../demo/options.ts";
import { connect } from "../providers/ssh/connection.ts";
import { note } from "../toolchain/progress.ts";
import { proveServices } from "./services-proof.ts";
import { canaryJson, servicesReport } from "./services-report.ts";
import { configOf } from "./stack-config.ts";

const usage = `npm run canary -- [options]    prove of each declared service that its logs, targets, containers and units are seen
  --name NAME       the demo of that name; default: this clone's demo
  --stack NAME      a stack of yours, with your backend and passphrase as for 'pulumi up'
  --service NAME    only that service or scrape job, or 'watchpost' for the stack's own parts; may be repeated
  --wait SECONDS    how long to look again while something lacks; default: 30 and the longest scrape interval
  --json            one JSON object in place of the table
Exit status: 0 all is proved, 1 something is not, 2 the command line is wrong.`;

const parse = (argv: string[]) => {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        name: { type: "string" },
        stack: { type: "string" },
        service: { type: "string", multiple: true, default: [] as string[] },
        wait: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.name !== undefined && values.stack !== undefined)
      throw new Error("--name, --stack: expected one of them, got both");
    if (values.wait !== undefined && !/^\d{1,6}$/.test(values.wait))
      throw new Error(`--wait: expected seconds, got ${values.wait}`);
    return values;
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message}\n${usage}`);
  }
};

const checkNames = (only: string[], config: Config) => {
  const known = expectedOf(config, serverOf(config).name).map(({ name }) => name);
  const problems = only
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      return `--service: expected one of ${known.join(", ")}, got ${name}${near ? `: did you mean ${near}?` : ""}`;
    });
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
};

const main = async (): Promise<boolean> => {
  const { name, stack, service, wait, json, help } = parse(process.argv.slice(2));
  if (help) {
    process.stdout.write(`${usage}\n`);
    return true;
  }
  const config = await configOf(name, stack);
  checkNames(service, config);
  const server = serverOf(config);
  const proof = await proveServices(connect({ ...server, agentSocket: process.env.SSH_AUTH_SOCK }), {
    host: server.name,
    config,
    only: service,
    ...(wait === undefined ? {} : { wait: Number(wait) }),
    onWait: (lacking, seconds) =>
      note(`not all is seen yet, looking again for up to ${seconds} s: ${lacking.slice(0, 10).join(", ")}`),
  });
  process.stdout.write(`${json ? JSON.stringify(canaryJson(server.name, proof)) : servicesReport(proof)}\n`);
  return proof.ok;
};

main().then(
  (ok) => process.exit(ok ? 0 : 1),
  (cause: Error) => {
    note(cause instanceof UsageError ? cause.message : `canary: ${cause.message}`);
    process.exit(cause instanceof UsageError ? 2 : 1);
  },
);
