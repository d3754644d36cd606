import { type DashboardLink, DashboardLinkBuilder, DashboardLinkType } from "@grafana/grafana-foundation-sdk/dashboard";
import { dataSourceUids } from "../pod/data-sources.ts";
import { type DashboardName, titles, uids } from "./names.ts";

/**
 * The id of a panel within its dashboard: made of its title (FNV-1a), so that it stays when panels move,
 * and a link to a panel needs nothing but its name.
 */
export const panelId = (title: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(title)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 1) % 1_000_000_000;
};

/** What Grafana fills in on click. */
const raw = (variable: string) => `\${${variable}}`;
const filled = (variable: string) => raw(`${variable}:percentencode`);

/** A label of the series that is clicked on. */
export const ofSeries = (label: string): string => filled(`__field.labels.${label}`);

/** A column of the table's row that is clicked on. */
export const ofRow = (column: string): string => filled(`__data.fields.${column}`);

/** What was chosen at the top of the dashboard. */
export const chosen = (variable: string): string => filled(variable);

/**
 * The path of a dashboard over the time that is looked at.
 * @param variables Values by variable; `host` is always handed on.
 * @param panel The title of the one panel to show.
 */
export const dashboardPath = (name: DashboardName, variables: Record<string, string> = {}, panel?: string): string => {
  const query = Object.entries({ host: chosen("host"), ...variables }).map(([key, value]) => `var-${key}=${value}`);
  return `/d/${uids[name]}?${[...query, ...(panel ? [`viewPanel=panel-${panelId(panel)}`] : []), raw("__url_time_range")].join("&")}`;
};

// all but the parts that Grafana fills in
const encode = (text: string) =>
  text.replaceAll(/(\$\{[^}]*\})|[^$]+|\$/g, (part, variable) => variable ?? encodeURIComponent(part));

/** The path of Explore with a query of Loki's over the time that is looked at; it needs the role Editor. */
export const explorePath = (expr: string): string => {
  const queries = [{ refId: "A", expr, datasource: { type: "loki", uid: dataSourceUids.loki } }];
  const range = { from: raw("__from"), to: raw("__to") };
  return `/explore?schemaVersion=1&orgId=1&panes=${encode(JSON.stringify({ logs: { datasource: dataSourceUids.loki, queries, range } }))}`;
};

/** A link of a value, a series, a row or a dashboard. */
export const dataLink = (title: string, url: string): DashboardLink => {
  // by default it would be hidden in a menu
  const { placement: _, ...link } = new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).build();
  return link;
};

/** The log lines of what is clicked on, in the panel that everybody may see and in Explore. */
export const logLinks = (labels: Record<string, string>): DashboardLink[] => [
  dataLink("Log lines", dashboardPath("services", labels, "Log lines")),
  dataLink(
    "Log lines in Explore",
    explorePath(
      `{${Object.entries({ host: chosen("host"), ...labels })
        .map(([label, value]) => `${label}="${value}"`)
        .join(", ")}}`,
    ),
  ),
];

/** The links at the top of a dashboard: all others, for the same host and time. */
export const otherDashboards = (self: DashboardName): DashboardLink[] =>
  (Object.keys(titles) as DashboardName[])
    .filter((name) => name !== self)
    .map((name) => ({ ...dataLink(titles[name], dashboardPath(name)), icon: "dashboard" }));
