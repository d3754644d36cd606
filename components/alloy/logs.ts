import type { Config } from "../../config/config.ts";
import type { RelabelRule } from "../scrape/metric-rules.ts";
import { serviceRules } from "../scrape/service-labels.ts";
import { ctrLogStages } from "./ctr-log.ts";
import { journalRules, journalSource, journalStages } from "./journal.ts";
import { levelStages } from "./levels.ts";
import { type Block, block, component, ref } from "./syntax.ts";

/** Relabel rules as Alloy's blocks. */
export const ruleBlocks = (rules: RelabelRule[]): Block[] => rules.map((rule) => block("rule", { ...rule }));

// label sets that a relabeling remembers; by default 10,000, which one user can fill
const relabelled = 2000;

/** What a name of Watchpost's own becomes in a selector of LogQL. */
const matcher = (label: string, value: string | undefined) =>
  value === undefined ? [] : [`${label}=${JSON.stringify(value)}`];

const dropStages = ({ logs }: Config): Block[] =>
  Object.entries(logs.drop).map(([rule, { service, user, unit, container, match }]) => {
    const labels = { service, user, unit, container };
    const matchers = Object.entries(labels).flatMap(([label, value]) => matcher(label, value));
    // a selector has to have one
    const selector = matchers.length > 0 ? matchers.join(",") : 'source=~".+"';
    return block("stage.match", {
      selector: `{${selector}} |~ ${JSON.stringify(match)}`,
      action: "drop",
      drop_counter_reason: rule,
    });
  });

/** All logs of the host, to one receiver: the journal, which has what is in the ctr.log files too. */
export const logBlocks = (config: Config, receiver: string): Block[] => {
  const drops = dropStages(config);
  return [
    component("loki.relabel", "journal", { forward_to: [] }, ruleBlocks(journalRules(config))),
    journalSource("loki.process.journal.receiver"),
    component("loki.process", "journal", { forward_to: [ref("host.log_users.journal.receiver")] }, [
      ...ctrLogStages(),
      ...journalStages(),
      ...levelStages(),
    ]),
    component("host.log_users", "journal", { forward_to: [ref("loki.relabel.services.receiver")] }),
    component(
      "loki.relabel",
      "services",
      {
        forward_to: [ref(drops.length > 0 ? "loki.process.drop.receiver" : receiver)],
        max_cache_size: relabelled,
      },
      ruleBlocks([
        ...serviceRules(config),
        { source_labels: ["container"], regex: "(.+)", target_label: "service_name" },
      ]),
    ),
    ...(drops.length > 0 ? [component("loki.process", "drop", { forward_to: [ref(receiver)] }, drops)] : []),
  ];
};
