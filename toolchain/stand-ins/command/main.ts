// A stand-in for Pulumi's command plugin, for machines that cannot have it: remote.Command and local.Command.
import { randomBytes } from "node:crypto";
import type { DiffResult, Provider } from "@pulumi/pulumi/provider/index.js";
import { serve } from "../serve.ts";
import { changedKeys, holdsSecret, type Properties, plain, secret } from "../wire.ts";
import { type Connection, type Job, runHere, runThere, type Written } from "./shell.ts";

const REMOTE = "command:remote:Command";
const LOCAL = "command:local:Command";
const WRITTEN = ["stdout", "stderr"] as const;

const typeOf = (urn: string) => urn.split("::")[2]?.split("$").at(-1) ?? urn;

/** Runs one of a resource's commands; nothing when that one is not set. */
async function runOne(urn: string, which: unknown, inputs: Properties, before: Properties): Promise<Written> {
  if (typeof which !== "string" || which === "") return { stdout: "", stderr: "" };
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(inputs.environment ?? {})) environment[name] = String(value);
  if (inputs.addPreviousOutputInEnv !== false)
    for (const name of WRITTEN)
      if (before[name] !== undefined) environment[`PULUMI_COMMAND_${name.toUpperCase()}`] = String(before[name]);
  const job: Job = { command: which, environment, stdin: inputs.stdin as string | undefined };
  if (typeOf(urn) === REMOTE) return runThere(job, inputs.connection as Connection);
  return runHere(job, inputs.interpreter as string[] | undefined, inputs.dir as string | undefined);
}

/** The outputs: the inputs as they came, and what was written, secret where a secret took part in it. */
function outputs(inputs: Properties, written: Written): Properties {
  const { connection: _, ...others } = inputs;
  const mark = holdsSecret(others) ? secret : (value: unknown) => value;
  return { ...inputs, stdout: mark(written.stdout), stderr: mark(written.stderr) };
}

class CommandStandIn implements Provider {
  version = "1.2.1";

  async check(urn: string, _olds: Properties, news: Properties) {
    const reason = `the stand-in for the command plugin knows ${REMOTE} and ${LOCAL}, not ${typeOf(urn)}`;
    return { inputs: news, failures: [REMOTE, LOCAL].includes(typeOf(urn)) ? [] : [{ property: "", reason }] };
  }

  async diff(_id: string, _urn: string, olds: Properties, news: Properties): Promise<DiffResult> {
    const { stdout: _out, stderr: _err, ...inputs } = olds;
    const changed = changedKeys(inputs, news);
    return { changes: changed.length > 0, replaces: changed.filter((key) => key === "triggers") };
  }

  async create(urn: string, inputs: Properties) {
    const values = plain(inputs) as Properties;
    const written = await runOne(urn, values.create, values, {});
    return { id: randomBytes(16).toString("hex"), outs: outputs(inputs, written) };
  }

  async update(_id: string, urn: string, olds: Properties, news: Properties) {
    const values = plain(news) as Properties;
    const written = await runOne(urn, values.update ?? values.create, values, plain(olds) as Properties);
    return { outs: outputs(news, written) };
  }

  async read(id: string, _urn: string, props: Properties = {}) {
    return { id, props };
  }

  async delete(_id: string, urn: string, props: Properties) {
    const values = plain(props) as Properties;
    await runOne(urn, values.delete, values, values);
  }
}

serve(new CommandStandIn());
