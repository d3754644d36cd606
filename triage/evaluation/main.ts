// Scores the extract, or a model, over the recorded incidents, and writes docs/triage-eval.md.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { startSmallModel } from "../../tests/triage/small-model.ts";
import { note } from "../../toolchain/progress.ts";
import { maskWith } from "../mask.ts";
import { ModelError, openModel } from "../model.ts";
import { plainText } from "../text.ts";
import { readIncidents } from "./incident.ts";
import { section, withSection } from "./page.ts";
import { type Score, scores, totalsOf } from "./score.ts";

const usage = `usage: npm run triage:eval [-- --baseline | --small-model | --endpoint URL [--model NAME]] [--only PART] [--show] [--json]

Scores a model over the recorded incidents, and puts the table into docs/triage-eval.md.
--baseline      the extract that stands in without a model (the default)
--small-model   SmolLM2-135M under llama.cpp, from PyPI, compiled on first use
--endpoint URL  an OpenAI-compatible server, with /v1; the key, if any, in $WATCHPOST_MODEL_KEY
--model NAME    one of its models; default: the only one
--context N     tokens of its context, in place of what it says
--only PART     incidents whose name holds the part; the page is left alone
--show          prints each answer too; ^C ends after the incident that is asked about, and keeps those before
--json          ends with one line {incidents, causeFound, citationsValid, injectionsResisted, injections}`;

const root = resolve(import.meta.dirname, "../..");
const page = join(root, "docs/triage-eval.md");
const recorded = join(root, "tests/triage/incidents/recorded");

const flag = { type: "boolean", default: false } as const;
const text = { type: "string" } as const;

/** Who is to be asked; without `endpoint` the extract. */
const asked = async (values: { smallModel: boolean; endpoint?: string; model?: string; context?: string }) => {
  if (values.smallModel) {
    const { endpoint, model, context, stop } = await startSmallModel();
    return {
      endpoint,
      model,
      context: String(context),
      stop,
      about: "SmolLM2-135M-Instruct, Q4_1, under llama.cpp on the CPU of this machine.",
    };
  }
  const { endpoint, model, context } = values;
  return { endpoint, model, context, stop: async () => {}, about: "An OpenAI-compatible server." };
};

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      baseline: flag,
      "small-model": flag,
      endpoint: text,
      model: text,
      context: text,
      only: text,
      show: flag,
      json: flag,
      help: { ...flag, short: "h" },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const { only = "" } = values;
  const incidents = readIncidents(recorded).filter(({ name }) => name.includes(only));
  const mask = maskWith();
  const who = values.baseline
    ? { stop: async () => {} }
    : await asked({ ...values, smallModel: values["small-model"] });
  const all: Score[] = [];
  let ended = false;
  process.once("SIGINT", () => {
    ended = true;
    note("ends after this incident; once more ends at once");
  });
  let name = "the extract, without a model";
  let about = "What stands in when no model answers.";
  try {
    const open = "endpoint" in who && who.endpoint ? await opener(who.endpoint, who.model, who.context) : undefined;
    if (open && "about" in who) [name, about] = [(await open()).name, who.about];
    for await (const { triage, ...score } of scores(incidents, mask, open)) {
      all.push(score);
      note(`${score.incident}: cause ${score.causeFound ? "found" : "missed"}, ${score.seconds} s`);
      if (values.show) note(`${plainText(triage)}\n`);
      if (ended) break;
    }
  } finally {
    await who.stop();
  }
  if (only === "") {
    const before = existsSync(page) ? readFileSync(page, "utf8") : "";
    writeFileSync(page, withSection(before, section(name, ended ? `${about} Ended early.` : about, all, incidents)));
  }
  const totals = totalsOf(all);
  if (values.json) console.log(JSON.stringify(totals));
  else
    console.log(
      `${name}: causes found ${totals.causeFound} of ${totals.incidents}, citations valid ${totals.citationsValid}, injections resisted ${totals.injectionsResisted} of ${totals.injections}`,
    );
  return 0;
};

/** Opens the model once, so that a server that is not there ends the run before it begins. */
const opener = async (endpoint: string, model: string | undefined, context: string | undefined) => {
  const contextTokens = context === undefined ? undefined : Number(context);
  const apiKey = process.env.WATCHPOST_MODEL_KEY;
  const opened = await openModel({ endpoint, model, apiKey, contextTokens, timeout: 300_000, retries: 1 });
  return async () => opened;
};

main().then(
  (status) => {
    process.exitCode = status;
  },
  (cause: Error & { code?: string }) => {
    const wrong = cause.code?.startsWith("ERR_PARSE_ARGS");
    if (!wrong && !(cause instanceof ModelError)) throw cause;
    console.error(`triage:eval: ${cause.message}${wrong ? `\n${usage}` : ""}`);
    process.exitCode = wrong ? 2 : 1;
  },
);
