import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { grafanaContent } from "../../components/grafana/content.ts";
import { dashboardProblems } from "../../components/grafana/dashboards.ts";
import { allRules, ruleProblems } from "../../components/rules/index.ts";
import { configWith } from "../config/sample.ts";

describe("what Watchpost puts into Grafana", () => {
  const rendered = (values?: Record<string, unknown>) => grafanaContent(configWith(values));

  test("is the same for the same config, byte for byte", () => assert.deepEqual(rendered(), rendered()));

  test("has rules whose dashboards are there", () => {
    const { dashboards } = rendered();
    const uids = dashboards.map(({ uid }) => uid);
    for (const { name, dashboard } of allRules) assert.ok(uids.includes(dashboard), `${name}: ${dashboard}`);
  });

  test("links to Grafana as people open it, and to the runbooks where browsers find them", () => {
    const rootUrl = "https://grafana.example.org/";
    const { groups } = rendered({
      grafana: { rootUrl },
      alerting: { repository: "https://git.example.org/watchpost" },
    });
    const annotations = groups.flatMap(({ rules }) => rules.map(({ annotations }) => annotations));
    assert.ok(annotations.length >= 50);
    for (const { dashboard_url = "", runbook_url = "" } of annotations) {
      assert.ok(dashboard_url.startsWith("https://grafana.example.org/d/"), dashboard_url);
      assert.ok(runbook_url.startsWith("https://git.example.org/watchpost/docs/runbooks/"), runbook_url);
    }
  });

  test("shows the thresholds that its rules have", () => {
    const at = (value: number) => {
      const { dashboards, groups } = rendered({ alerting: { thresholds: { memoryAvailable: value } } });
      return [JSON.stringify(dashboards), JSON.stringify(groups)];
    };
    const [dashboards, groups] = at(0.0625);
    const [others, otherGroups] = at(0.125);
    assert.notEqual(groups, otherGroups);
    assert.notEqual(dashboards, others);
  });
});

describe("of one uid", () => {
  const [first, second] = grafanaContent(configWith()).dashboards;
  const [rule, other] = allRules;
  assert.ok(first && second && rule && other);

  test("there is one dashboard", () => {
    assert.deepEqual(dashboardProblems([first, second]), []);
    assert.deepEqual(dashboardProblems([first, { ...second, uid: first.uid }]), [
      {
        path: `dashboards.${second.title}.uid`,
        message: `expected a uid of its own, got ${first.uid}, which ${first.title} has`,
      },
    ]);
  });

  test("there is one rule", () => {
    const [problem] = ruleProblems([rule, { ...other, uid: rule.uid }]);
    assert.equal(problem?.path, `rules.${other.name}.uid`);
  });
});
