import type * as pulumi from "@pulumi/pulumi";
import { HostResource } from "./host-resource.ts";
import { type Kind, lifecycle } from "./kind.ts";

export interface HostCommandInputs {
  /** Names the command in errors. */
  command: string;
  /** Bash, run as root. */
  script: string;
  /** A change of these runs it again, as a change of the script does. */
  triggers: string[];
}

export interface HostCommandFacts {
  /** What it printed. */
  stdout: string;
}

const kind: Kind<HostCommandInputs, HostCommandFacts> = {
  identity: ["command"],
  id: ({ command }) => command,
  sync: async (host, { command, script }) => ({ stdout: await host.run({ what: command, script }) }),
  // it leaves nothing behind that could drift
  observe: async (_host, { stdout, ...inputs }) => ({ inputs, facts: { stdout } }),
  async remove() {},
};

export const provider = lifecycle(kind);

export interface HostCommandArgs {
  command: pulumi.Input<string>;
  script: pulumi.Input<string>;
  triggers?: pulumi.Input<pulumi.Input<string>[]>;
}

/** A deployment step that leaves nothing behind, run over the provider's connection. */
export class HostCommand extends HostResource {
  declare readonly stdout: pulumi.Output<string>;
  constructor(name: string, args: HostCommandArgs, opts: pulumi.CustomResourceOptions) {
    super("HostCommand", "./providers/host-command.ts", name, { triggers: [], ...args }, ["stdout"], opts);
  }
}
