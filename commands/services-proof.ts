import { setTimeout } from "node:timers/promises";
import { askScript, readAnswers } from "../components/canary/ask.ts";
import { type ExpectedService, expectedOf } from "../components/canary/expected.ts";
import { hostScript, readHostFacts } from "../components/canary/host-facts.ts";
import { type Proof, proveAll } from "../components/canary/proof.ts";
import { readSeen, storeQuestions } from "../components/canary/stores.ts";
import { readReasons, reasonQuestions } from "../components/canary/targets.ts";
import type { Config } from "../config/config.ts";
import { inSeconds } from "../config/duration.ts";
import type { Connection } from "../providers/ssh/connection.ts";

export interface ServicesProofOptions {
  /** The host's name. */
  host: string;
  config: Config;
  /** The services and scrape jobs to prove; empty for all. */
  only?: string[];
  /** For how long to look again while something lacks, in seconds. @default half a minute and the longest interval of a scrape */
  wait?: number;
  /** Told once, when not all was seen at the first look. */
  onWait?: (lacking: string[], seconds: number) => void;
}

/** How often is looked again, in milliseconds. */
const pause = 2000;

const waitOf = (asked: ExpectedService[], { prometheus }: Config): number =>
  30 +
  Math.ceil(
    Math.max(
      ...[prometheus.scrapeInterval, ...asked.flatMap(({ targets }) => targets.map((t) => t.interval))].map(inSeconds),
    ),
  );

/**
 * Proves what the inventory says: of each service, that the lines which the host has of it are in Loki, that its targets
 * are scraped and are what they are said to be, that its containers and units are seen and run. What counts was seen
 * after the proof began. @throws ConnectError, ScriptError
 */
export const proveServices = async (connection: Connection, options: ServicesProofOptions): Promise<Proof> => {
  const { host, config, only = [], onWait } = options;
  const all = expectedOf(config, host);
  const asked = all.filter(({ name }) => only.length === 0 || only.includes(name));
  const wait = options.wait ?? waitOf(asked, config);
  const run = (what: string, script: string) => connection.run({ what, script });

  const facts = readHostFacts(await run("look at the services", hostScript(asked, all)), config, asked, all);
  const ends = performance.now() + wait * 1000;
  const ask = askScript(storeQuestions(asked, config, host));
  for (let first = true; ; first = false) {
    const seen = readSeen(readAnswers(await run("ask Loki and Prometheus", ask)));
    const evidence = { asked, facts, seen, reasons: readReasons(new Map()) };
    const proof = proveAll(evidence, config);
    if (proof.ok) return proof;
    if (performance.now() >= ends) {
      const why = reasonQuestions(
        asked.flatMap(({ targets }) => targets),
        seen,
        config.prometheus.listen,
      );
      if (!why) return proof;
      const reasons = readReasons(readAnswers(await run("ask the targets that are down", askScript(why))));
      return proveAll({ ...evidence, reasons }, config);
    }
    if (first) onWait?.([...new Set(proof.problems.map(({ path }) => path))], wait);
    await setTimeout(Math.min(pause, Math.max(0, ends - performance.now())));
  }
};
