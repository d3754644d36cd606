import * as pulumi from "@pulumi/pulumi";
import * as grafana from "@pulumiverse/grafana";
import { type Config, serverOf } from "../../config/config.ts";
import { splitHostPort } from "../../config/host-port.ts";
import type { Host } from "../../providers/host.ts";
import { SshTunnel } from "../../providers/ssh-tunnel.ts";
import { runOnHost } from "../host-bash.ts";
import { breakGlass } from "../pod/grafana-ini.ts";
import { secretIf } from "../secret-if.ts";
import { leftoversScript, type MadeInGrafana } from "./leftovers.ts";
import { tunnelPortOf } from "./tunnel-port.ts";

export interface GrafanaAccessArgs {
  host: Host;
  config: Config;
  /** Grafana's unit: what lives in Grafana is made after it, and goes with it. */
  unit: pulumi.Resource;
  /** What has to be there before the password is sent to Grafana's port. */
  after?: pulumi.Resource[] | undefined;
  /** Of the break-glass login; secret. */
  password: pulumi.Output<string>;
  /** What is going to be made. */
  made: MadeInGrafana;
}

const portOf = ({ grafana }: Config): number =>
  grafana.tunnelPort ?? tunnelPortOf(pulumi.getProject(), pulumi.getStack());

/** Where Grafana's API is for this machine. */
const apiUrl = (config: Config): string => {
  const { access, apiUrl, rootUrl } = config.grafana;
  return access === "url" ? (apiUrl ?? rootUrl ?? "") : `http://127.0.0.1:${portOf(config)}`;
};

/** How the program reaches Grafana's API: as the server admin, since a service account may not set the login. */
export class GrafanaAccess extends pulumi.ComponentResource {
  readonly provider: grafana.Provider;
  readonly #unit: pulumi.Resource;

  constructor(name: string, args: GrafanaAccessArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("watchpost:index:GrafanaAccess", name, {}, opts);
    const { host, config, unit, after = [], password, made } = args;
    this.#unit = unit;
    const login = pulumi.interpolate`${breakGlass.user}:${password}`;
    const tunnel = config.grafana.access === "tunnel" ? [makeTunnel(this)] : [];
    this.provider = new grafana.Provider(
      `${name}-api`,
      {
        url: secretIf(config, "grafana.apiUrl", apiUrl(config)),
        auth: login,
        // for a Grafana that has just started, and in a refresh for a tunnel that is not open yet
        retries: 10,
        retryWait: 3,
        retryStatusCodes: ["429", "5xx"],
      },
      { parent: this, dependsOn: [unit, makeWay(this), ...tunnel] },
    );
    this.registerOutputs({});

    // once, with the first deployment: later it is the engine that knows what is there
    function makeWay(parent: pulumi.Resource) {
      const script = login.apply((login) => leftoversScript(made, { grafana: config.grafana.listen, login }));
      const server = serverOf(config);
      const args = { server, host, script: pulumi.secret(script), once: true };
      return runOnHost(`${name}-leftovers`, args, { parent, dependsOn: [unit, ...after], deletedWith: unit });
    }

    function makeTunnel(parent: pulumi.Resource) {
      const { host: toHost, port: toPort } = splitHostPort(config.grafana.listen);
      const inputs = { port: portOf(config), toHost, toPort };
      return new SshTunnel(`${name}-tunnel`, inputs, { parent, provider: host, dependsOn: [unit, ...after] });
    }
  }

  /** Options for whatever lives in Grafana: a destroyed Grafana need not be asked to forget it. */
  for(parent: pulumi.Resource): pulumi.CustomResourceOptions {
    return { parent, provider: this.provider, deletedWith: this.#unit };
  }
}
