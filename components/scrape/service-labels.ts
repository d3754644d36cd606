import type { Config } from "../../config/config.ts";
import { ownService } from "./jobs.ts";
import { escapeRegex, type RelabelRule } from "./metric-rules.ts";

/** The label `service` of what a service user runs and the inventory does not name. */
export const undeclared = "undeclared";

/** What is part of a service, by user, unit and container. */
interface Part {
  user: string;
  units: string[];
  containers: string[];
}

const oneOf = (names: string[]) => `(${names.map(escapeRegex).join("|")})`;

/** The units of a service: a quadlet's is named after its file, its container by default `systemd-` and the same. */
export const unitsOf = ({ units, containers }: Pick<Part, "units" | "containers">): string[] => [
  ...units,
  ...containers.map((name) => `${name.replace(/^systemd-/, "")}.service`),
];

const rulesOf = (service: string, part: Part): RelabelRule[] => {
  const to = { target_label: "service", replacement: service };
  const { user, containers } = part;
  const units = unitsOf(part);
  if (units.length === 0) return [{ source_labels: ["user"], regex: escapeRegex(user), ...to }];
  return [
    { source_labels: ["user", "unit"], regex: `${escapeRegex(user)};${oneOf(units)}`, ...to },
    ...(containers.length > 0
      ? [{ source_labels: ["user", "container"], regex: `${escapeRegex(user)};${oneOf(containers)}`, ...to }]
      : []),
  ];
};

/** Rules that give log lines and samples with `user`, `unit` and `container` their `service`: one list for both. */
export const serviceRules = ({ services, pod }: Config): RelabelRule[] => {
  const own: Part[] = [
    {
      user: "root",
      units: ["watchpost-collector.service", "watchpost-canary.service"],
      containers: ["watchpost-alloy"],
    },
    pod.user === "root"
      ? {
          user: "root",
          units: ["watchpost-pod.service"],
          containers: ["grafana", "loki", "prometheus", "triage"].map((name) => `watchpost-${name}`),
        }
      : { user: pod.user, units: [], containers: [] },
  ];
  return [
    { source_labels: ["user", "unit"], regex: ".+;.+\\.service", target_label: "service", replacement: undeclared },
    // the system's units are no services until they are named, root's containers are
    { source_labels: ["user"], regex: "root", target_label: "service", replacement: "" },
    { source_labels: ["container"], regex: ".+", target_label: "service", replacement: undeclared },
    ...own.flatMap((part) => rulesOf(ownService, part)),
    ...Object.entries(services).flatMap(([service, part]) => rulesOf(service, part)),
  ];
};
