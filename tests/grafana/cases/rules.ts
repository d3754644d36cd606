import assert from "node:assert/strict";
import { test } from "node:test";
import { allRules } from "../../../components/rules/index.ts";
import { until } from "../around/until.ts";
import type { Rig } from "../rig.ts";

interface Alert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  state: string;
}

/** A rule as Grafana tells of it, by its copy of Prometheus's API. */
interface EvaluatedRule {
  name: string;
  health: string;
  lastError?: string;
  lastEvaluation: string;
  alerts?: Alert[];
}

interface Told {
  data: { groups: { name: string; rules: EvaluatedRule[] }[] };
}

// about all hosts at once, so that another rule's host speaks against them; the case over logs has no lines at all
const notHere: Record<string, string> = {
  HostMetricsMissing: "another rule's host has metrics",
  JournalSilent: "it fires without any data",
};

// Grafana keeps what it stores of a rule's names and the folder's beside the rule's own labels
const isOf = (rule: string, { labels }: Alert) => labels.host === rule || labels.host === undefined;

const withHost = (text: string, rule: string) => text.replaceAll(/(?<![\w-])web(?![\w-])/g, rule);

// time goes on while one looks
const roughly = (text = "") => text.replaceAll(/\b(\d+m) \d+s\b/g, "$1");

/** Every rule as Grafana evaluates it. */
export const rules = (rig: Rig): void => {
  const evaluated = async (): Promise<Map<string, EvaluatedRule>> => {
    const { data } = await rig.grafana.api<Told>("GET", "/api/prometheus/grafana/api/v1/rules");
    return new Map(data.groups.flatMap(({ rules }) => rules.map((rule) => [rule.name, rule])));
  };
  const neverYet = (rule: EvaluatedRule | undefined) => !rule || !(Date.parse(rule.lastEvaluation) > 0);

  test("every rule is evaluated without an error", async () => {
    let told = new Map<string, EvaluatedRule>();
    await until("every rule is evaluated", 90, async () => {
      told = await evaluated();
      return allRules.some(({ name }) => neverYet(told.get(name))) ? undefined : true;
    });
    assert.equal(told.size, allRules.length);
    const failed = [...told.values()].filter(({ health }) => health !== "ok" && health !== "nodata");
    assert.deepEqual(
      failed.map(({ name, health, lastError }) => `${name}: ${health}, ${lastError}`),
      [],
    );
  });

  test("every rule fires on the series and lines of its test, in the words of its test", async () => {
    let lacking: string[] = [];
    let told = new Map<string, EvaluatedRule>();
    const alertsOf = (name: string) =>
      (told.get(name)?.alerts ?? []).filter((alert) => alert.state.startsWith("Alerting") && isOf(name, alert));
    await until(
      "every rule fires",
      60,
      async () => {
        told = await evaluated();
        lacking = allRules.flatMap(({ name }) => (name in notHere || alertsOf(name).length > 0 ? [] : [name]));
        return lacking.length === 0 ? true : undefined;
      },
      () => `not ${lacking}`,
    ).catch((error: Error) => assert.fail(error.message));
    const wrong = allRules.flatMap(({ name, severity }) => {
      const fires = rig.cases.get(name)?.cases.fires;
      const [alert] = alertsOf(name);
      if (!alert) return [];
      const { labels, annotations } = alert;
      const said = Object.values(annotations).join("\n");
      const expected = fires && "series" in fires ? withHost(fires.summary ?? "", name) : annotations.summary;
      return [
        ...(roughly(annotations.summary) === roughly(expected)
          ? []
          : [`${name}: ${annotations.summary}, expected ${expected}`]),
        ...(/<no value>|\{\{|\[no value\]|error expanding/i.test(said) ? [`${name}: ${said}`] : []),
        ...(labels.severity === severity ? [] : [`${name}: severity ${labels.severity}`]),
      ];
    });
    assert.deepEqual(wrong, []);
  });
};
