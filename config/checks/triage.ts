import type { Problem } from "../errors.ts";
import { isLoopback } from "../host-port.ts";
import { hasGrafanaCode, type Sound } from "../listen.ts";

/** What is wrong between the triage and what it needs. */
export const triageChecks = ({ triage, alerting, grafana }: Sound): Problem[] => {
  if (!triage?.enabled) return [];
  const problem = (key: string, message: string): Problem => ({ path: `triage.${key}`, message });
  const names = Object.keys(alerting?.contactPoints ?? {});
  const host = triage.endpoint === undefined ? undefined : new URL(triage.endpoint).hostname;
  return [
    ...(grafana && !hasGrafanaCode({ grafana })
      ? [problem("enabled", "expected a Grafana with an access other than none, which tells the service of alerts")]
      : []),
    ...(alerting && names.length === 0
      ? [problem("enabled", "expected at least one of alerting.contactPoints beside it, got none")]
      : []),
    ...(alerting && "triage" in alerting.contactPoints
      ? [{ path: "alerting.contactPoints.triage", message: "is a name of Watchpost's own, expected another name" }]
      : []),
    ...(host !== undefined && isLoopback(host.replace(/^\[|\]$/g, ""))
      ? [
          problem(
            "endpoint",
            `expected an address that the pod reaches, got ${triage.endpoint}: for a server on the host, let it listen on the host's address and write http://host.containers.internal:PORT/v1`,
          ),
        ]
      : []),
    ...(alerting
      ? triage.contactPoints.flatMap((name, index) =>
          names.includes(name)
            ? []
            : [
                problem(
                  `contactPoints.${index}`,
                  `expected a name of alerting.contactPoints, got ${JSON.stringify(name)}`,
                ),
              ],
        )
      : []),
  ];
};
