import { request } from "node:http";
import { breakGlass, grafanaSecrets } from "../components/pod/grafana-ini.ts";
import { podUser } from "../components/pod/observability-pod.ts";
import type { Config } from "../config/config.ts";
import { compose } from "../providers/script.ts";
import type { Connection } from "../providers/ssh/connection.ts";

/** What break-glass opens, and where each says that it is well. */
export const doors = { grafana: "/api/health", prometheus: "/-/ready", loki: "/ready" } as const;
export type Door = keyof typeof doors;

/** The status of a GET on this machine's loopback; a text of what went wrong without one. */
const statusOf = (port: number, path: string, password?: string): Promise<number | string> =>
  new Promise((resolve) => {
    const auth = password === undefined ? {} : { auth: `${breakGlass.user}:${password}` };
    const asked = request({ host: "127.0.0.1", port, path, timeout: 10_000, agent: false, ...auth }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.once("timeout", () => asked.destroy(new Error("no answer within 10 s")));
    asked.once("error", (cause) => resolve(cause.message || "no answer"));
    asked.end();
  });

/** Whether a door leads somewhere, in words. */
export const knock = async (door: Door, port: number): Promise<string> => {
  const status = await statusOf(port, doors[door]);
  return status === 200 ? "answers" : `does not answer well: ${typeof status === "number" ? `HTTP ${status}` : status}`;
};

/** The local admin's password as the host holds it: no state, no backend and no passphrase is asked. */
export const adminPassword = async (host: Connection, config: Config): Promise<string> => {
  const variables = { user: podUser(config), secret: grafanaSecrets.admin };
  const read = `enter_scope\nas_user podman secret inspect --showsecret --format '{{.SecretData}}' "$secret"`;
  const said = await host.run({ what: "the local admin's password", script: compose(variables, read) });
  return said.replace(/\n$/, "");
};

/** Whether the local admin gets in, in words. */
export const tryLogin = async (port: number, password: string): Promise<string> => {
  const status = await statusOf(port, "/api/user", password);
  if (status === 200) return "gets in";
  if (status === 401) return "is refused: restart Grafana's unit, which puts the password right";
  return `could not be tried: ${typeof status === "number" ? `HTTP ${status}` : status}`;
};
