interface Link {
  title: string;
  url: string;
}

export interface PanelJson {
  id: number;
  type: string;
  title: string;
  interval?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: { type: string; uid: string };
  targets?: { refId: string; expr: string; datasource: { type: string; uid: string } }[];
  fieldConfig?: {
    defaults: { unit?: string; links?: Link[]; thresholds?: { steps: { value: number | null; color: string }[] } };
    overrides: { matcher: { options: string }; properties: { id: string; value: unknown }[] }[];
  };
  transformations?: { id: string; options: { renameByName?: Record<string, string> } }[];
}

/** What the tests need of a dashboard as Grafana's API takes it. Source: Grafana 12.4, dashboard JSON model */
export interface DashboardJson {
  uid: string;
  title: string;
  refresh: string;
  links: Link[];
  panels: PanelJson[];
  templating: { list: { name: string; query?: unknown }[] };
}

/** All links of a dashboard: at its top, of its series and of its tables' columns. */
export const linksOf = ({ links, panels }: DashboardJson): Link[] => [
  ...links,
  ...panels.flatMap(({ fieldConfig }) => [
    ...(fieldConfig?.defaults.links ?? []),
    ...(fieldConfig?.overrides ?? []).flatMap(({ properties }) =>
      properties.flatMap(({ id, value }) => (id === "links" ? (value as Link[]) : [])),
    ),
  ]),
];
