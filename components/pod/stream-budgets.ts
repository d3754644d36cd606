import type { Config } from "../../config/config.ts";
import { ownService } from "../scrape/jobs.ts";

/** Whose lines a budget is for: its name in Loki's metrics, the streams that are of it, and how many there may be at once. */
interface Budget {
  name: string;
  selector: string;
  streams: number;
}

/** Streams of one user: 250 containers with four levels each. */
const ofUser = 1000;

/** Users that the config names share nothing; those that it does not name share a budget. */
const budgets = ({ services, pod }: Config): Budget[] => {
  const users = new Set([...Object.values(services).map(({ user }) => user), pod.user]);
  users.delete("root");
  return [
    { name: "other users", selector: '{user=~".+"}', streams: ofUser },
    { name: "root", selector: '{user="root"}', streams: 5000 },
    ...[...users].map((user) => ({ name: user, selector: `{user=${JSON.stringify(user)}}`, streams: ofUser })),
    { name: "the stack", selector: `{service="${ownService}"}`, streams: 1000 },
  ];
};

/**
 * Loki's limits by which one user's streams take no room from another's: a stream is of the last budget that it fits.
 * Source: Loki 3.7, pkg/validation (policy_override_limits, which its reference leaves out).
 */
export const streamLimits = (config: Config): Record<string, unknown> => ({
  use_owned_stream_count: true,
  policy_stream_mapping: Object.fromEntries(
    budgets(config).map(({ name, selector }, priority) => [name, [{ selector, priority }]]),
  ),
  policy_override_limits: Object.fromEntries(
    budgets(config).map(({ name, streams }) => [name, { max_global_streams_per_user: streams }]),
  ),
});
