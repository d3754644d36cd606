import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Server } from "../config/config.ts";
import type { Host } from "../providers/host.ts";
import { HostCommand } from "../providers/host-command.ts";
import { closeGroup, rootBash } from "../providers/ssh/bash.ts";

/** Deadline of a deployment step on the host, in seconds. */
const deadline = 900;

export interface HostBashArgs {
  server: Server;
  host: Host;
  /** Bash for root. */
  script: pulumi.Input<string>;
  /** A change of these runs the script again, as a change of the script does. */
  triggers?: pulumi.Input<string>[];
  /** Whether it runs on the first deployment only, even if its inputs change later. */
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
  stdin: pulumi.output(script).apply(closeGroup),
});

/** Whether `remote.Command` can log in: it supports a single proxy, and offers all keys of an agent at once. */
const commandCan = ({ jump, privateKey }: Server) => jump === undefined && privateKey !== undefined;

/**
 * Runs bash on a host as a deployment step. A host behind jump hosts, or one that an ssh agent logs in to, has another
 * kind of resource, which uses the provider's connection: a step runs once more when the config changes from one to the other.
 */
export const runOnHost = (name: string, args: HostBashArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource => {
  const { server, host, script, triggers, once } = args;
  const again = triggers ? { triggers } : {};
  const ignoring = (...ignoreChanges: string[]) => (once ? { ...opts, ignoreChanges } : opts);
  return commandCan(server)
    ? new remote.Command(name, { ...commandOn(server, script), ...again }, ignoring("connection", "create", "stdin"))
    : new HostCommand(name, { command: name, script, ...again }, { ...ignoring("script"), provider: host });
};
