import type { Guest } from "../tests/host/guest.ts";
import { sumOf } from "./prometheus-text.ts";

/** What the stores hold. */
export interface Stores {
  /** Streams in the memory of Loki's ingester. */
  streams: number;
  /** Streams of users whose lines came before Alloy knew their names. */
  unnamed: number;
  /** Active series in Prometheus. */
  series: number;
  /** Those by job. */
  jobs: Record<string, number>;
  /** Those of users, their units and containers by metric. */
  names: Record<string, number>;
}

// three scrapes: what ended before is gone
const window = "90s";

/** Counts what is in Loki and Prometheus at this moment. */
export const storesOf = async (guest: Guest): Promise<Stores> => {
  const by = async (label: string, selector: string) => {
    const samples = await guest.metrics(`count by (${label}) (last_over_time({${selector}}[${window}]))`);
    return Object.fromEntries(samples.map(({ metric, value }) => [metric[label] ?? "", Number(value[1])]));
  };
  const jobs = await by("job", 'job=~".+"');
  const unnamed = { "match[]": '{user=~"uid-.+"}', since: "1h" };
  return {
    unnamed: (await guest.api<unknown[]>(3100, "/loki/api/v1/series", unnamed)).length,
    streams: sumOf(await guest.sh("curl -sSf http://127.0.0.1:3100/metrics"), "loki_ingester_memory_streams"),
    series: Object.values(jobs).reduce((sum, one) => sum + one, 0),
    jobs,
    names: await by("__name__", 'job="node",user!=""'),
  };
};
