import { proveServices } from "../commands/services-proof.ts";
import { type CanaryResult, canaryScript } from "../components/canary/canary.ts";
import type { Proof as ServicesProof } from "../components/canary/proof.ts";
import { podUser } from "../components/pod/observability-pod.ts";
import { scrapeJobs, targetCounts } from "../components/scrape/jobs.ts";
import { type Connection, connect } from "../providers/ssh/connection.ts";
import { ScriptError } from "../providers/ssh/errors.ts";
import type { Prepared } from "./deploy.ts";

/** The canary's result, and why it failed if it did. */
export interface Proof extends CanaryResult {
  why: string[];
  /** What was proved of the inventory; undefined where it is empty. */
  services?: ServicesProof;
}

const nothing = { journalMs: null, containerMs: null, up: 0, total: 0 };

const proveStack = async ({ target, config }: Prepared, connection: Connection): Promise<Proof> => {
  const targets = targetCounts(scrapeJobs(config, target.name));
  const image = config.prometheus.image;
  const settings = { host: target.name, user: podUser(config), image, config, targets };
  try {
    const stdout = await connection.run({ what: "canary", script: canaryScript(settings) });
    return { ...(JSON.parse(stdout) as CanaryResult), why: [] };
  } catch (cause) {
    if (!(cause instanceof ScriptError)) throw cause;
    return { ...nothing, ...parse(cause.result.stdout), why: cause.result.stderr.trim().split("\n") };
  }
};

/**
 * Proves the stack on its host: a journal line and a container's line come back, every target is up; and of each service
 * of the inventory that it is seen.
 */
export const prove = async (prepared: Prepared, connection: Connection = connect(prepared.target)): Promise<Proof> => {
  const { target, config } = prepared;
  const stack = await proveStack(prepared, connection);
  if (Object.keys(config.services).length === 0) return stack;
  const services = await proveServices(connection, { host: target.name, config });
  return { ...stack, services, why: [...stack.why, ...(services.ok ? [] : ["not all of the services is proved"])] };
};

const parse = (stdout: string): Partial<CanaryResult> => (stdout.startsWith("{") ? JSON.parse(stdout) : {});

/** ssh logins that the host's journal has seen so far. */
export const countLogins = async (connection: Connection): Promise<number> => {
  const script = "journalctl -q --no-pager -o cat -t sshd -t sshd-session -g '^Accepted ' | wc -l";
  return Number(await connection.run({ what: "count ssh logins", script }));
};
