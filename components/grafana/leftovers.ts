import { readFileSync } from "node:fs";
import { quote } from "../../providers/script.ts";

const source = readFileSync(new URL("./leftovers.sh", import.meta.url), "utf8");

/** What Watchpost makes in Grafana that Grafana does not make twice, by name. */
export interface MadeInGrafana {
  folder: string;
  groups: string[];
  points: string[];
  timings: string[];
}

/** Where Grafana is for the host, and its server admin as `user:password`. */
export interface GrafanaLoginOnHost {
  grafana: string;
  login: string;
}

/** Bash for the host that clears the way for a first deployment into a database that an earlier one has left. */
export const leftoversScript = ({ folder, ...names }: MadeInGrafana, { grafana, login }: GrafanaLoginOnHost): string =>
  [
    "set -euo pipefail",
    ...Object.entries({ grafana, login, folder }).map(([key, value]) => `${key}=${quote(value)}`),
    ...Object.entries(names).map(
      ([key, list]) => `${key}=(${list.map((name) => quote(encodeURIComponent(name))).join(" ")})`,
    ),
    source,
  ].join("\n");
