import { type Alert, alertsFromApi } from "./alert.ts";
import { requestJson } from "./http.ts";
import type { Sources } from "./settings.ts";

type Grafana = NonNullable<Sources["grafana"]>;

const timeout = 15_000;

/** The tags of annotations that tell of a deployment: Watchpost's own, and one for other programs'. */
export const deployTags = ["watchpost-deploy", "deploy"];
/** The tag of a triage's annotation. */
export const triageTag = "watchpost-triage";

/** The alerts that fire and are not silenced, without the Watchdog. @throws HttpError, TypeError */
export const firingAlerts = async ({ url, authorization }: Grafana, now: number): Promise<Alert[]> => {
  const path = "/api/alertmanager/grafana/api/v2/alerts?active=true&silenced=false&inhibited=false";
  const body = await requestJson(`${url}${path}`, { headers: { authorization }, timeout });
  return alertsFromApi(body, now).filter(({ name }) => name !== "Watchdog");
};

/** The deployments of the day before a time in milliseconds, newest first, at most ten. @throws HttpError */
export const deployments = async (
  { url, authorization }: Grafana,
  to: number,
): Promise<{ time: number; text: string }[]> => {
  const query = new URLSearchParams({ from: String(to - 86_400_000), to: String(to), limit: "10", matchAny: "true" });
  for (const tag of deployTags) query.append("tags", tag);
  const body = await requestJson(`${url}/api/annotations?${query}`, { headers: { authorization }, timeout });
  return (Array.isArray(body) ? body : []).flatMap((each: { time?: unknown; text?: unknown }) =>
    typeof each?.time === "number" && typeof each.text === "string" ? [{ time: each.time, text: each.text }] : [],
  );
};

/** Leaves an annotation at a time in milliseconds; its text is HTML to Grafana. @throws HttpError */
export const annotate = async (
  { url, authorization }: Grafana,
  time: number,
  text: string,
  tags: string[],
): Promise<void> => {
  const body = { time, text, tags: [triageTag, ...tags] };
  await requestJson(`${url}/api/annotations`, { headers: { authorization }, body, timeout });
};
