import type * as pulumi from "@pulumi/pulumi";
import { HostResource } from "./host-resource.ts";
import { type Kind, lifecycle } from "./kind.ts";
import { parseFacts, script } from "./script.ts";

export interface ServiceUserInputs {
  user: string;
  /** Made with the user; podman keeps the user's images and volumes below it. */
  home: string;
  /** Login shell; a service user needs none. */
  shell: string;
  /** Whether the user's systemd manager runs without a login. */
  linger: boolean;
  /** How many subordinate user and group ids, as in subuid(5); 0 for one that runs no containers of its own. */
  range: number;
  /** Whether `destroy` keeps the user with all that is in its home. */
  keepData: boolean;
}

export interface ServiceUserFacts {
  uid: number;
  gid: number;
}

/** The user as the host has it, or undefined. */
export const parseUser = (stdout: string) => {
  const [fact] = parseFacts(stdout);
  if (!fact) return undefined;
  const [uid, gid, ours, shell = "", linger, subuid = "", subgid = ""] = fact.values;
  const length = (range: string) => Number(range.split("-")[1] ?? 0);
  return {
    facts: { uid: Number(uid), gid: Number(gid) },
    found: { ours: ours === "1", shell, linger: linger === "1", range: Math.min(length(subuid), length(subgid)) },
  };
};

const kind: Kind<ServiceUserInputs, ServiceUserFacts> = {
  identity: ["user", "home"],
  id: ({ user }) => user,
  async sync(host, { user, home, shell, range, linger }) {
    const what = `ServiceUser ${user}`;
    const seen = parseUser(await host.run({ what, script: script("user-sync", { user, home, shell, range, linger }) }));
    if (!seen) throw new Error(`${what}: made, yet the host does not know it`);
    return seen.facts;
  },
  async observe(host, state) {
    const { user } = state;
    const seen = parseUser(await host.run({ what: `ServiceUser ${user}`, script: script("user-read", { user }) }));
    if (!seen) return undefined;
    const { ours, shell, linger, range } = seen.found;
    // a user that was there before us keeps its own shell and a longer range
    const inputs = { ...state, shell: ours ? shell : state.shell, linger, range: Math.min(range, state.range) };
    return { inputs, facts: seen.facts };
  },
  async remove(host, { user, home, keepData }) {
    const what = `ServiceUser ${user}`;
    await host.run({ what, script: script("user-delete", { user, home, keep_data: keepData }) });
  },
};

export const provider = lifecycle(kind);

export type ServiceUserArgs = { [K in keyof ServiceUserInputs]: pulumi.Input<ServiceUserInputs[K]> };

/** A user for rootless containers: subordinate ids, and a systemd manager that runs without a login. */
export class ServiceUser extends HostResource {
  declare readonly user: pulumi.Output<string>;
  declare readonly uid: pulumi.Output<number>;
  declare readonly gid: pulumi.Output<number>;
  constructor(name: string, args: ServiceUserArgs, opts: pulumi.CustomResourceOptions) {
    super("ServiceUser", "./providers/service-user.ts", name, { ...args }, ["uid", "gid"], opts);
  }
}
