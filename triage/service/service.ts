import type { Server } from "node:http";
import type { AlertGroup } from "../alert.ts";
import { collect } from "../collect.ts";
import { within } from "../deadline.ts";
import { maskWith } from "../mask.ts";
import { openModel } from "../model.ts";
import { oneLine } from "../plain.ts";
import { triage } from "../triage.ts";
import { Counters } from "./counters.ts";
import { deliver } from "./deliver.ts";
import { Queue } from "./queue.ts";
import { receiver } from "./receiver.ts";
import type { ServiceSecrets, ServiceSettings } from "./settings.ts";

/** The service's parts, which are ready once the server listens. */
export interface Service {
  server: Server;
  queue: Queue;
  counters: Counters;
}

/** Puts the service together. @param log takes a line for the journal. */
export const makeService = (
  settings: ServiceSettings,
  secrets: ServiceSecrets,
  log: (line: string) => void,
): Service => {
  const counters = new Counters();
  const { loki, prometheus, rules, mask: masks, model } = settings;
  const grafana = { url: settings.grafana, authorization: `Bearer ${secrets.grafanaToken}` };
  const sources = { loki, prometheus, grafana, rules };
  const mask = maskWith(masks.off, masks.more);
  // for the model, and for all else of a group: its lines, and those who get the result
  const [modelTime, restTime] = [model ? model.timeout * (model.retries + 1) : 0, 60_000];
  const open = model ? () => openModel({ ...model, apiKey: secrets.apiKey }) : undefined;

  const judge = async (group: AlertGroup) => {
    const started = performance.now();
    const material = await collect(sources, group, { now: Date.now() });
    const result = await triage(material, mask, open, modelTime);
    counters.duration.observe((performance.now() - started) / 1000);
    counters.add(result.by === null ? "triaged_by_extract_total" : "triaged_by_model_total");
    if (open && result.by === null) counters.add("fallbacks_total");
    const failed = await deliver(group, result, settings, secrets);
    for (const { message } of failed) {
      counters.add("deliveries_failed_total");
      log(`level=warn ${oneLine(message)}`);
    }
    // the notes say why no model judged it; the lines themselves are not written to the journal again
    const why = result.by === null ? result.notes.slice(0, 1).map((note) => oneLine(note)) : [];
    const by = result.by === null ? "the extract" : oneLine(result.by, 60);
    log([`level=info triaged ${oneLine(group.key, 120)} by ${by} in ${result.seconds} s`, ...why].join(": "));
  };

  const work = async (group: AlertGroup) => {
    try {
      await within(modelTime + restTime, judge(group));
    } catch (cause) {
      counters.add("failures_total");
      log(`level=error triage of ${oneLine(group.key, 120)} failed: ${oneLine((cause as Error).message)}`);
    }
  };

  const queue = new Queue({ most: settings.queue, quiet: settings.quiet, work });
  return { server: receiver({ token: secrets.receiverToken, queue, counters }), queue, counters };
};
