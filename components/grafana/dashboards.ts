import * as pulumi from "@pulumi/pulumi";
import * as grafana from "@pulumiverse/grafana";
import type { Problem } from "../../config/errors.ts";
import type { RenderedDashboard } from "../dashboards/index.ts";
import type { GrafanaAccess } from "./access.ts";

/** Where all that Watchpost puts into Grafana lies. */
export const folderUid = "watchpost";

/** Dashboards that Grafana would take for one another. */
export const dashboardProblems = (dashboards: readonly RenderedDashboard[]): Problem[] => {
  const first = new Map<string, string>();
  return dashboards.flatMap(({ uid, title }) => {
    const other = first.get(uid);
    first.set(uid, other ?? title);
    const message = `expected a uid of its own, got ${uid}, which ${other} has`;
    return other === undefined ? [] : [{ path: `dashboards.${title}.uid`, message }];
  });
};

export interface DashboardsArgs {
  access: GrafanaAccess;
  dashboards: readonly RenderedDashboard[];
}

/** The dashboards in a folder of their own; one that is gone from code is gone from Grafana. */
export class Dashboards extends pulumi.ComponentResource {
  readonly folder: grafana.oss.Folder;

  constructor(name: string, args: DashboardsArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("watchpost:index:Dashboards", name, {}, opts);
    const { access, dashboards } = args;
    const on = access.for(this);
    this.folder = new grafana.oss.Folder(`${name}-folder`, { title: "Watchpost", uid: folderUid }, on);
    for (const { uid, json } of dashboards)
      new grafana.oss.Dashboard(
        `${name}-${uid}`,
        // one that somebody edited by hand gives way
        { folder: this.folder.uid, configJson: json, overwrite: true },
        on,
      );
    this.registerOutputs({});
  }
}
