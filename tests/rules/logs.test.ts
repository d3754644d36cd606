import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { selectRules } from "../../components/rules/index.ts";
import { conditionOf, type Rule } from "../../components/rules/rule.ts";
import { labelsIn } from "../../components/rules/text.ts";
import { thresholdValues } from "../../components/thresholds.ts";
import { findCached } from "../../toolchain/cache.ts";
import { buildKey } from "../../toolchain/go-build.ts";
import { recipes } from "../../toolchain/recipes.ts";
import { type LogCase, readCases } from "./cases.ts";
import { Loki, type Sample } from "./loki.ts";

const built = await findCached(buildKey(recipes.loki));
const skip =
  built === undefined && `loki ${recipes.loki.version} is not in the toolchain's cache: npm run demo builds it`;

const cases = readCases(join(import.meta.dirname, "../.."));
const rules = selectRules().filter(({ logs }) => logs);
const kinds = ["fires", "quiet"] as const;

// each case is a host of its own, and all rules tell their hosts apart
const hostOf = (rule: Rule, kind: (typeof kinds)[number]) => `${rule.uid}-${kind}`;

const caseOf = (rule: Rule, kind: (typeof kinds)[number]): LogCase => {
  const one = cases.get(rule.name)?.cases[kind];
  if (!one || !("lines" in one))
    throw new Error(
      `tests/rules/${rule.group}.test.yml: expected ${rule.name} with lines that fire and lines that do not`,
    );
  return one;
};

/** The alerts of one host: the series beyond the limit, or one for there being none where that counts. */
const alertsOf = (rule: Rule, answers: { all: Sample[]; beyond: Sample[] }, host: string): Sample[] => {
  const own = (samples: Sample[]) => samples.filter(({ labels }) => labels.host === host);
  if (own(answers.all).length === 0 && rule.noData === "Alerting") return [{ labels: {}, value: Number.NaN }];
  return own(answers.beyond);
};

describe("the rules over logs", { skip }, () => {
  const loki = new Loki();
  before(async () => {
    await loki.start(join(built ?? "", "loki"));
    for (const rule of rules)
      for (const kind of kinds)
        await loki.push(
          caseOf(rule, kind).lines.flatMap(({ labels, line, metadata = {}, times }) =>
            Array.from({ length: times }, () => ({ labels: { ...labels, host: hostOf(rule, kind) }, line, metadata })),
          ),
        );
  });
  after(() => loki.stop());

  for (const rule of rules)
    test(`${rule.name} fires when it should, and then only`, async () => {
      const beyond = await loki.query(conditionOf(rule, thresholdValues()));
      const answers = { all: await loki.query(rule.expr), beyond };
      const fired = alertsOf(rule, answers, hostOf(rule, "fires"));
      assert.equal(fired.length, 1, JSON.stringify(answers));
      for (const label of labelsIn(rule))
        assert.ok(
          fired[0]?.labels[label],
          `its text names ${label}, the alert has ${JSON.stringify(fired[0]?.labels)}`,
        );
      assert.deepEqual(alertsOf(rule, answers, hostOf(rule, "quiet")), []);
    });
});
