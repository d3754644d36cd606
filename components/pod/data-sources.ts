import { stringify } from "yaml";
import { podPorts } from "../scrape/jobs.ts";

/** The uids of the data sources: stable, so that dashboards of other repos can name them. */
export const dataSourceUids = { loki: "watchpost-loki", prometheus: "watchpost-prometheus" } as const;

/** Grafana's data sources as a provisioning file: they are there from the first start on. */
export const dataSourcesYaml = (): string => {
  const source = (name: string, type: keyof typeof dataSourceUids) => ({
    name,
    type,
    uid: dataSourceUids[type],
    access: "proxy",
    url: `http://127.0.0.1:${podPorts[type]}`,
    isDefault: type === "prometheus",
    editable: false,
  });
  return stringify({ apiVersion: 1, datasources: [source("Prometheus", "prometheus"), source("Loki", "loki")] });
};
