import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { ThrowawayHost } from "../../throwaway/host.ts";
import { type GuestRunOptions, run } from "../../throwaway/run.ts";
import { until } from "../../throwaway/until.ts";

/** A sample of an instant query. */
interface Sample {
  metric: Record<string, string>;
  value: [number, string];
}

/** What `ownTargets` gives when all is well. */
export const allUp = ["alloy 1", "grafana 1", "loki 1", "node 1", "prometheus 1"];

/** The host as its own root sees it. */
export class Guest {
  readonly #host: ThrowawayHost;
  constructor(host: ThrowawayHost) {
    this.#host = host;
  }

  /** What a script prints. @throws AssertionError with what it said when it fails. */
  async sh(script: string, options: GuestRunOptions = {}): Promise<string> {
    const { status, stdout, stderr } = await run(this.#host, ["bash", "-c", script], options);
    assert.equal(status, 0, `${script}: ${stderr || stdout}`);
    return stdout.trim();
  }

  /** Puts a program of this machine's into /usr/local/bin. */
  async putProgram(name: string, file: string): Promise<void> {
    const path = `/usr/local/bin/${name}`;
    await this.sh(`base64 -d >${path} && chmod 755 ${path}`, { input: await readFile(file, "base64") });
  }

  /** A script as the service user, whose podman and systemd run the pod. */
  pod(script: string): Promise<string> {
    return this.sh(script, { user: "watchpost" });
  }

  /** `data` of the answer of an API on the host's loopback. */
  async api<T>(port: number, path: string, query: Record<string, string> = {}): Promise<T> {
    const url = `http://127.0.0.1:${port}${path}?${new URLSearchParams(query)}`;
    return JSON.parse(await this.sh(`curl -sS --fail-with-body '${url}'`)).data;
  }

  /** The samples of a Prometheus query, now or at a time in seconds. */
  async metrics(query: string, time?: number): Promise<Sample[]> {
    const at = time === undefined ? {} : { time: String(time) };
    const { result } = await this.api<{ result: Sample[] }>(9090, "/api/v1/query", { query, ...at });
    return result;
  }

  /** Waits until a Prometheus query has a result; for 30 s unless told. */
  async metric(query: string, time?: number, timeout = 30_000): Promise<Sample> {
    return until(`Prometheus knows ${query}`, timeout, async () => (await this.metrics(query, time))[0]);
  }

  /** The stack's own scrape targets, by job, and whether each is up. */
  async ownTargets(): Promise<string[]> {
    const ups = await this.metrics('up{job=~"alloy|grafana|loki|node|prometheus"}');
    return ups.map(({ metric, value }) => `${metric.job} ${value[1]}`).sort();
  }

  /** The lines of a Loki query of the last hour, oldest first, at most 5000. */
  async lines(query: string): Promise<string[]> {
    const options = { query, since: "1h", limit: "5000", direction: "forward" };
    type Streams = { result: { values: [string, string][] }[] };
    const { result } = await this.api<Streams>(3100, "/loki/api/v1/query_range", options);
    return result.flatMap(({ values }) => values).map(([, line]) => line);
  }

  /** How many lines Loki counts for a query, within the last hour. */
  async countLines(query: string): Promise<number> {
    return this.lokiValue(`sum(count_over_time(${query} [1h]))`);
  }

  /** The number that a metric query of Loki's gives; 0 for none. */
  async lokiValue(query: string): Promise<number> {
    const { result } = await this.api<{ result: Sample[] }>(3100, "/loki/api/v1/query", { query });
    return Number(result[0]?.value[1] ?? 0);
  }

  /** Every file of the stack's configuration with its checksum. */
  files(): Promise<string> {
    return this.sh("find /etc/watchpost /etc/containers/systemd -type f | sort | xargs sha256sum");
  }

  /** When each running container of the stack was started, by name: another time is a restart. */
  async starts(): Promise<Record<string, string>> {
    const list = "podman ps --filter name=watchpost --format '{{.Names}} {{.ID}} {{.StartedAt}}'";
    const both = await Promise.all([this.sh(list), this.pod(list)]);
    const lines = both.flatMap((text) => text.split("\n")).filter((line) => /^watchpost-/.test(line));
    return Object.fromEntries(lines.map((line) => line.split(/ (.*)/s)));
  }

  /** Which containers were started since. */
  async startedSince(before: Record<string, string>): Promise<string[]> {
    const now = await this.starts();
    const names = new Set([...Object.keys(before), ...Object.keys(now)]);
    return [...names].filter((name) => before[name] !== now[name]).sort();
  }
}
