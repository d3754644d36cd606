import type { GrafanaContent } from "../../../components/grafana/content.ts";

/** The least that Grafana takes, in seconds. */
const shortest = 10;

/** The same rules, evaluated as often as Grafana does it and without a wait: what is tested is not their patience. */
export const quickened = ({ dashboards, groups }: GrafanaContent): GrafanaContent => ({
  dashboards,
  groups: groups.map((group) => ({
    ...group,
    intervalSeconds: shortest,
    rules: group.rules.map((rule) => ({ ...rule, for: "0s" })),
  })),
});
