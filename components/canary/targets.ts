import type { Questions } from "./ask.ts";
import type { ExpectedTarget } from "./expected.ts";
import { keyOf, type Seen } from "./stores.ts";

/** Why targets are down. */
export interface Reasons {
  /** The first lines that a target gave, or what kept them from coming; by address and path. */
  heads: Map<string, string>;
  /** What Prometheus says of those that it scrapes itself, by `keyOf`. */
  errors: Map<string, string>;
}

/** What is asked of targets that are down, so that a person need not; undefined where none is. */
export const reasonQuestions = (targets: ExpectedTarget[], { up }: Seen, prometheus: string): Questions | undefined => {
  const down = targets.filter((target) => up.get(keyOf(target)) === false);
  if (down.length === 0) return undefined;
  return {
    heads: down.filter(({ by, scheme, address }) => by === "alloy" && scheme === "http" && address !== ""),
    bodies: down.some(({ by }) => by === "prometheus")
      ? [{ name: "targets", address: prometheus, path: "/api/v1/targets?state=active" }]
      : [],
  };
};

interface ActiveTarget {
  labels: Record<string, string>;
  lastError: string;
}

/** The answers to `reasonQuestions`. */
export const readReasons = (answers: Map<string, string>): Reasons => {
  const active = (): ActiveTarget[] => {
    try {
      return JSON.parse(answers.get("targets") ?? "").data.activeTargets;
    } catch {
      return [];
    }
  };
  return {
    heads: answers,
    errors: new Map(active().map(({ labels, lastError }) => [keyOf(labels), lastError])),
  };
};

/** What a head says of a target: that nothing listens, that it is something else, or nothing that explains it. */
const explainHead = (head: string | undefined, { path }: ExpectedTarget): { answers: boolean; how: string } => {
  if (head === undefined) return { answers: false, how: "its last scrape failed" };
  if (/Connection refused/.test(head)) return { answers: false, how: "nothing listens there" };
  const [, status = "", text = ""] = /^HTTP\/\S+ (\d+) ?([^\r\n]*)/.exec(head) ?? [];
  if (!status) {
    // what bash said, without its own place in the script
    const said = (head.split("\n")[0] ?? "").replace(/^.*: /, "").trim();
    return { answers: false, how: said ? `it does not answer to HTTP (${said})` : "no HTTP answer came within 5 s" };
  }
  if (status !== "200") return { answers: true, how: `${path} gives ${status} ${text}`.trim() };
  const [, type = "nothing"] = /^content-type:\s*([^;\r\n]+)/im.exec(head) ?? [];
  if (!/text\/plain|openmetrics|protobuf/.test(type))
    return { answers: true, how: `${path} gives ${type} in place of metrics` };
  return { answers: false, how: "its last scrape failed, though it answers now" };
};

/** What a target lacks to be proved, in one sentence; undefined when it is. @param begun Seconds since 1970. */
export const targetProblem = (
  target: ExpectedTarget,
  seen: Seen,
  begun: number,
  { heads, errors }: Reasons,
): string | undefined => {
  const { address, path, interval, proof, job, by, isA } = target;
  const key = keyOf(target);
  const where = address || `the job ${job}`;
  const expected = isA ? `; expected ${isA.what}` : "";
  const isUp = seen.up.get(key);
  if (isUp === undefined) {
    const scraper = by === "alloy" ? "Alloy" : "Prometheus";
    return `${where} was never scraped, expected ${scraper} to do so every ${interval}`;
  }
  if ((seen.scraped.get(key) ?? 0) < begun)
    return `${where} was not scraped since this look began, expected a scrape every ${interval}`;
  if (!isUp) {
    const error = errors.get(key);
    const { answers, how } = error ? { answers: false, how: error } : explainHead(heads.get(address + path), target);
    return answers
      ? `${where} answers, but not ${isA ? `as ${isA.kind}` : "with metrics"}: ${how}${expected}`
      : `${where} is down: ${how}${expected}`;
  }
  if (!proof || seen.proofs.has(`${proof} ${key}`)) return undefined;
  const kind = isA ? `as ${isA.kind}` : "with metrics";
  return `${where} answers, but not ${kind}: no ${proof} among its ${seen.samples.get(key) ?? 0} series${expected}`;
};
