import { renderDashboards } from "../../components/dashboards/index.ts";
import { allRules } from "../../components/rules/index.ts";
import { configWith } from "../config/sample.ts";

/** A query of Watchpost's, and where it stands. */
export interface PlacedQuery {
  where: string;
  language: "promql" | "logql";
  expr: string;
  /** What its series are called; names of labels in `{{ }}`. */
  legend: string;
}

interface Target {
  expr: string;
  legendFormat?: string;
  datasource: { type: string };
}

/** What the tests need of a dashboard's JSON. */
interface DashboardJson {
  title: string;
  panels: { title: string; targets?: Target[] }[];
  templating: { list: { name: string; query?: { query?: string } }[] };
}

const ofPanels = ({ title, panels }: DashboardJson): PlacedQuery[] =>
  panels.flatMap((panel) =>
    (panel.targets ?? []).map(({ expr, legendFormat = "", datasource }) => ({
      where: `${title} > ${panel.title}`,
      language: datasource.type === "loki" ? ("logql" as const) : ("promql" as const),
      expr,
      legend: legendFormat,
    })),
  );

// label_values(selector, label) is Grafana's: what is asked for are series with that label
const ofVariables = ({ title, templating }: DashboardJson): PlacedQuery[] =>
  templating.list.flatMap(({ name, query }) => {
    const [, selector = "", label = ""] = /^label_values\((.+), (\w+)\)$/.exec(query?.query ?? "") ?? [];
    const where = `${title} > variable ${name}`;
    return selector ? [{ where, language: "promql" as const, expr: selector, legend: `{{${label}}}` }] : [];
  });

const ofRules = (): PlacedQuery[] =>
  allRules.map(({ name, expr, logs }) => ({
    where: `rule ${name}`,
    language: logs ? ("logql" as const) : ("promql" as const),
    expr,
    legend: "",
  }));

/** Every query of the dashboards, their variables and the alert rules. */
export const allQueries = (): PlacedQuery[] => {
  // with the parts that are there only where they are enabled
  const hook = { webhook: { url: "https://hook.example.org/" } };
  const config = configWith({ alerting: { contactPoints: { hook } }, triage: { enabled: true } });
  const dashboards = renderDashboards(config).map(({ json }): DashboardJson => JSON.parse(json));
  return [...dashboards.flatMap((one) => [...ofPanels(one), ...ofVariables(one)]), ...ofRules()];
};
