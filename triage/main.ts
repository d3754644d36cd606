// Says what probably happened, for each alert that fires.

import { selectRules } from "../components/rules/index.ts";
import { type ThresholdKey, thresholdValues } from "../components/thresholds.ts";
import { inSeconds } from "../config/duration.ts";
import { note } from "../toolchain/progress.ts";
import { type Alert, groupsOf } from "./alert.ts";
import { defaultContext, fit, roomFor } from "./budget.ts";
import { collect } from "./collect.ts";
import { alertsOfConditions } from "./conditions.ts";
import { bundleOf } from "./evidence.ts";
import { firingAlerts } from "./grafana.ts";
import { type Mask, maskWith } from "./mask.ts";
import type { Material } from "./material.ts";
import { openModel } from "./model.ts";
import { parseOptions, type TriageOptions, UsageError, usage } from "./options.ts";
import { promptOf } from "./prompt.ts";
import { conditionRules, knownRules } from "./rules.ts";
import type { ModelSettings, Sources } from "./settings.ts";
import { type OpenedStack, openWay } from "./stack.ts";
import { plainText } from "./text.ts";
import { triage } from "./triage.ts";

/** The addresses of the command line in place of a stack. */
const given = ({ loki, prometheus, grafana }: TriageOptions): Sources | undefined => {
  if (!loki || !prometheus) return undefined;
  const authorization = `Bearer ${process.env.WATCHPOST_GRAFANA_TOKEN ?? ""}`;
  return { loki, prometheus, rules: knownRules(), ...(grafana ? { grafana: { url: grafana, authorization } } : {}) };
};

const modelOf = (options: TriageOptions, stack: OpenedStack | undefined): ModelSettings | undefined => {
  const config = stack?.config.triage;
  const endpoint = options.endpoint ?? config?.endpoint;
  if (endpoint === undefined) return undefined;
  // a key is for the endpoint that it was made for
  const own = options.endpoint === undefined ? config : undefined;
  return {
    endpoint,
    model: options.model ?? own?.model,
    apiKey: own?.apiKey ?? process.env.WATCHPOST_MODEL_KEY,
    contextTokens: options.context ?? own?.contextTokens,
    timeout: inSeconds(config?.timeout ?? "2m") * 1000,
    retries: config?.retries ?? 1,
  };
};

const alertsOf = async (options: TriageOptions, sources: Sources, stack: OpenedStack | undefined): Promise<Alert[]> => {
  const now = Date.now();
  if (!options.conditions) {
    if (!sources.grafana) throw new Error("there is no Grafana to ask for alerts: expected --conditions");
    return firingAlerts(sources.grafana, now);
  }
  const { off = [], thresholds = {} } = stack?.config.alerting ?? {};
  const values = { ...thresholdValues(), ...(thresholds as Partial<Record<ThresholdKey, number>>) };
  return alertsOfConditions(sources, conditionRules(values, selectRules(off)), now);
};

const print = async (material: Material, mask: Mask, model: ModelSettings | undefined, options: TriageOptions) => {
  const say = (text: string) => process.stdout.write(`${text}\n`);
  if (options.dryRun) {
    const context = model?.contextTokens ?? (model ? (await openModel(model)).context : defaultContext);
    const bundle = bundleOf(material, mask);
    const { fits, leftOut } = fit(bundle, roomFor(context));
    const messages = promptOf(bundle, fits, leftOut);
    return say(
      options.json
        ? JSON.stringify({ messages })
        : messages.map(({ role, content }) => `--- ${role}\n${content}`).join("\n"),
    );
  }
  const result = await triage(material, mask, model ? () => openModel(model) : undefined);
  say(options.json ? JSON.stringify(result) : plainText(result));
};

const main = async (options: TriageOptions): Promise<void> => {
  const stack = options.loki ? undefined : await openWay(options);
  try {
    const sources = given(options) ?? stack?.sources;
    if (!sources) throw new UsageError("expected --stack, --name, or --loki and --prometheus");
    const model = modelOf(options, stack);
    const masks = stack?.config.triage.mask ?? { off: [], more: {} };
    const mask = maskWith(masks.off, masks.more);
    const alerts = (await alertsOf(options, sources, stack)).filter(
      ({ name, labels }) =>
        (options.alert === undefined || name === options.alert) &&
        (options.service === undefined || labels.service === options.service),
    );
    const groups = groupsOf(alerts);
    if (groups.length === 0) note("no alert fires");
    for (const group of groups)
      await print(await collect(sources, group, { since: options.since, now: Date.now() }), mask, model, options);
  } finally {
    stack?.close();
  }
};

const run = async (): Promise<number> => {
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options.help) process.stdout.write(`${usage}\n`);
    else await main(options);
    return 0;
  } catch (cause) {
    note(`triage: ${(cause as Error).message}`);
    return cause instanceof UsageError ? 2 : 1;
  }
};

// the forwards' servers would keep the process
process.exit(await run());
