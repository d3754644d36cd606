import type { Config } from "../../config/config.ts";
import { ConfigError } from "../../config/errors.ts";
import { type RenderedDashboard, renderDashboards } from "../dashboards/index.ts";
import { type GrafanaRuleGroup, grafanaRuleGroups } from "../rules/grafana.ts";
import { ruleProblems, selectRules } from "../rules/index.ts";
import { thresholdValues } from "../thresholds.ts";
import { urls } from "../urls.ts";
import { dashboardProblems } from "./dashboards.ts";

/** What is shown in Grafana, and what fires there. */
export interface GrafanaContent {
  dashboards: RenderedDashboard[];
  groups: GrafanaRuleGroup[];
}

/** Renders all of it. @throws ConfigError with all dashboards and rules that Grafana would not take. */
export const grafanaContent = (config: Config): GrafanaContent => {
  const { off, thresholds, repository } = config.alerting;
  const dashboards = renderDashboards(config);
  const problems = [...dashboardProblems(dashboards), ...ruleProblems()];
  if (problems.length > 0) throw new ConfigError(problems);
  const links = { url: urls(config).grafanaUrl ?? "", ...(repository === undefined ? {} : { repository }) };
  return { dashboards, groups: grafanaRuleGroups(selectRules(off), thresholdValues(thresholds), links) };
};
