import { type CanaryResult, canaryScript } from "../components/canary.ts";
import { podUser } from "../components/observability-pod.ts";
import { scrapeJobs, targetCounts } from "../components/scrape-jobs.ts";
import { type Connection, connect } from "../providers/ssh/connection.ts";
import { ScriptError } from "../providers/ssh/errors.ts";
import type { Prepared } from "./deploy.ts";

/** The canary's result, and why it failed if it did. */
export interface Proof extends CanaryResult {
  why: string[];
}

const nothing = { journalMs: null, containerMs: null, up: 0, total: 0 };

/** Proves the stack on its host: a journal line and a container's line come back, every target is up. */
export const prove = async ({ target, config }: Prepared, connection: Connection = connect(target)): Promise<Proof> => {
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

const parse = (stdout: string): Partial<CanaryResult> => (stdout.startsWith("{") ? JSON.parse(stdout) : {});

/** ssh logins that the host's journal has seen so far. */
export const countLogins = async (connection: Connection): Promise<number> => {
  const script = "journalctl -q --no-pager -o cat -t sshd -t sshd-session -g '^Accepted ' | wc -l";
  return Number(await connection.run({ what: "count ssh logins", script }));
};
