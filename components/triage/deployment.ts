import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as grafana from "@pulumiverse/grafana";
import type { Config } from "../../config/config.ts";
import type { SystemdUnit } from "../../providers/systemd-unit.ts";
import { deployTags } from "../../triage/grafana.ts";
import type { GrafanaAccess } from "../grafana/access.ts";

/** Whether deployments leave an annotation: where somebody looks at them. */
export const annotatesDeployments = ({ triage }: Config): boolean => triage.enabled || triage.endpoint !== undefined;

/**
 * The annotation that an `up` leaves in Grafana when it changed a unit, so that a triage knows of it. Each is a new one,
 * and those before it stay.
 */
export class DeploymentAnnotation extends pulumi.ComponentResource {
  constructor(
    name: string,
    { access, parts }: { access: GrafanaAccess; parts: Iterable<{ unit: SystemdUnit }> },
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    super("watchpost:index:DeploymentAnnotation", name, {}, opts);
    const revisions = pulumi.all([...parts].map(({ unit }) => unit.revision));
    const digest = revisions.apply((all) => createHash("sha256").update(all.join()).digest("hex").slice(0, 8));
    new grafana.oss.Annotation(
      `${name}-annotation`,
      { text: pulumi.interpolate`Watchpost deployed: configuration ${digest}`, tags: deployTags.slice(0, 1) },
      { ...access.for(this), replaceOnChanges: ["text"], retainOnDelete: true, deleteBeforeReplace: false },
    );
    this.registerOutputs({});
  }
}
