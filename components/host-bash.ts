import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Server } from "../config/config.ts";
import type { Host } from "../providers/host.ts";
import { HostCommand } from "../providers/host-command.ts";
import { closed, rootBash } from "../providers/ssh/bash.ts";

/** How long a step of the deployment may take on the host, in seconds. */
const deadline = 900;

export interface HostBashArgs {
  server: Server;
  host: Host;
  /** Bash for root. */
  script: pulumi.Input<string>;
  /** Whose change runs it again, beside the script's own. */
  triggers?: pulumi.Input<string>[];
  /** Whether it runs with the first deployment alone, whatever becomes of the rest. */
  once?: boolean;
}

/** What a `remote.Command` needs to run the bash on its standard input as root on that host. */
const commandOn = ({ address, port, user, hostKey, privateKey }: Server, script: pulumi.Input<string>) => ({
  connection: {
    host: address,
    port,
    user,
    hostKey,
    ...(privateKey === undefined ? {} : { privateKey: pulumi.secret(privateKey) }),
    dialErrorLimit: 3,
    perDialTimeout: 10,
  },
  create: rootBash(user, "all", deadline),
  stdin: pulumi.output(script).apply(closed),
});

/**
 * Runs bash on a host as a step of the deployment. Behind a jump host over the host's own connection: another kind of
 * resource, which runs once more where the jump host comes later.
 */
export const runOnHost = (name: string, args: HostBashArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource => {
  const { server, host, script, triggers, once } = args;
  const again = triggers ? { triggers } : {};
  const ignoring = (...ignoreChanges: string[]) => (once ? { ...opts, ignoreChanges } : opts);
  return server.jump
    ? new HostCommand(name, { command: name, script, ...again }, { ...ignoring("script"), provider: host })
    : new remote.Command(name, { ...commandOn(server, script), ...again }, ignoring("connection", "create", "stdin"));
};
