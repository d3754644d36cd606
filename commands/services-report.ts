import type { Count, Proof, ServiceProof } from "../components/canary/proof.ts";
import { table } from "../toolchain/table.ts";

/** The canary's one JSON line. */
export interface CanaryJson extends Omit<Proof, "begun" | "services"> {
  host: string;
  /** When it began on the host, as ISO 8601. */
  begun: string;
  /** As proved; the time of the newest line as ISO 8601. */
  services: (Omit<ServiceProof, "newest"> & { newest: string | null })[];
}

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

export const canaryJson = (host: string, { services, begun, ...proof }: Proof): CanaryJson => ({
  host,
  ...proof,
  begun: iso(begun * 1000),
  services: services.map((one) => ({ ...one, newest: one.newest === null ? null : iso(one.newest) })),
});

const count = ({ proved, expected }: Count) => (expected === 0 ? "-" : `${proved} of ${expected}`);

const ago = (seconds: number): string => {
  if (seconds < 120) return `${Math.max(0, Math.round(seconds))} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
};

const logs = ({ logs, newest }: ServiceProof, begun: number): string => {
  if (logs === "failed") return "missing";
  if (logs === null || newest === null) return logs ?? "-";
  const seconds = begun - newest / 1000;
  return seconds < 0 ? "just now" : `${ago(seconds)} ago`;
};

const named = (of: string[]) => `${of.slice(0, 10).join(", ")}${of.length > 10 ? ", ..." : ""}`;

/** A row a service: how old its newest line is, how many of its targets, containers and units are proved; then what is not. */
export const servicesReport = ({ services, begun, problems, remarks, undeclared }: Proof): string => {
  const rows = services.map((one) => [
    one.service,
    logs(one, begun),
    count(one.targets),
    count(one.containers),
    count(one.units),
  ]);
  const told = [
    ...problems.map(({ path, message }) => `FAILED  ${path}: ${message}`),
    ...remarks.map(({ path, message }) => `note    ${path}: ${message}`),
    ...(undeclared.length > 0
      ? [
          `note    ${undeclared.length} container${undeclared.length > 1 ? "s" : ""} nobody declared: ${named(undeclared)}`,
        ]
      : []),
  ];
  const grid = table([["service", "logs", "targets", "containers", "units"], ...rows]);
  return [grid, ...(told.length > 0 ? ["", ...told] : [])].join("\n");
};
