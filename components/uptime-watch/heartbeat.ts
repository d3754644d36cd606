import type { Config } from "../../config/config.ts";
import { canonical, inSeconds } from "../../config/duration.ts";

/** The external endpoint that waits for the heartbeat: its group and name in Gatus. */
export const heartbeat = { group: "watchpost", name: "heartbeat" } as const;

/** Where Gatus takes the beat, below its own URL. Source: Gatus 5.35, `api/external_endpoint.go`. */
export const heartbeatPath = `/api/v1/endpoints/${heartbeat.group}_${heartbeat.name}/external?success=true`;

/** How long after the last beat its silence is told, at the latest; a duration. */
export const withinOf = ({ watch, alerting }: Config): string => {
  const eight = 8 * inSeconds(alerting.heartbeat?.interval ?? "1s");
  return watch.within ?? canonical(`${Math.max(600, eight)}s`);
};
