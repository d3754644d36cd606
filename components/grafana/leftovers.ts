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

/** Grafana as seen from the host. */
export interface GrafanaLoginOnHost {
  grafana: string;
  /** Its server admin as `user:password`. */
  login: string;
  /** Folder of its config files, created and removed with the deployment. @default /etc/watchpost/grafana */
  config?: string;
}

/** Bash for the host that clears the way for a first deployment into a database that an earlier one has left. */
export const leftoversScript = ({ folder, ...names }: MadeInGrafana, to: GrafanaLoginOnHost): string => {
  const { grafana, login, config = "/etc/watchpost/grafana" } = to;
  return [
    "set -euo pipefail",
    ...Object.entries({ grafana, login, config, folder }).map(([key, value]) => `${key}=${quote(value)}`),
    ...Object.entries(names).map(
      ([key, list]) => `${key}=(${list.map((name) => quote(encodeURIComponent(name))).join(" ")})`,
    ),
    source,
  ].join("\n");
};
