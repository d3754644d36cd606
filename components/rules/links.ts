import { dataSourceUids } from "../pod/data-sources.ts";
import type { Rule } from "./rule.ts";
import { labelsIn } from "./text.ts";

const onLines = ["host", "user", "unit", "container", "service"];

/** A label in an address, expanded by Grafana. */
const labelInUrl = (name: string) => `{{ urlquery $labels.${name} }}`;

// the form of Grafana's Explore since 10.1: panes as JSON, schemaVersion 1
const explore = (root: string, type: "loki" | "prometheus", expr: string): string => {
  const uid = dataSourceUids[type];
  const queries = [{ refId: "A", datasource: { type, uid }, expr, editorMode: "code" }];
  const panes = { watchpost: { datasource: uid, queries, range: { from: "now-3h", to: "now" } } };
  return `${root}/explore?schemaVersion=1&orgId=1&panes=${encodeURIComponent(JSON.stringify(panes))}`;
};

/** The lines of what an alert is about; nothing where it is about a whole host. */
const linesOf = (root: string, rule: Rule): string | undefined => {
  const named = labelsIn(rule);
  const labels = onLines.filter((name) => named.has(name));
  if (!labels.some((name) => name !== "host")) return undefined;
  const selector = `{${labels.map((name) => `${name}="@${name}@"`).join(", ")}}`;
  // what Grafana expands must not be encoded
  return explore(root, "loki", selector).replace(/%40(\w+)%40/g, (_, name: string) => labelInUrl(name));
};

const dashboardOf = (root: string, rule: Rule): string => {
  const named = labelsIn(rule);
  const variables = ["host", "service"].filter((name) => named.has(name));
  const query = variables.map((name) => `var-${name}=${labelInUrl(name)}`).join("&");
  return `${root}/d/${rule.dashboard}${query ? `?${query}` : ""}`;
};

/**
 * Where to look next: dashboard, the rule's own query and the lines of the thing, as annotations.
 * @param url of Grafana, as people open it.
 */
export const linksOf = (rule: Rule, url: string): Record<string, string> => {
  const root = url.replace(/\/+$/, "");
  const lines = linesOf(root, rule);
  return {
    dashboard_url: dashboardOf(root, rule),
    explore_url: explore(root, rule.logs ? "loki" : "prometheus", rule.expr),
    ...(lines ? { logs_url: lines } : {}),
  };
};
