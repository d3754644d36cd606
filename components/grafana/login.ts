import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as grafana from "@pulumiverse/grafana";
import type { Login } from "../../config/grafana.ts";
import type { Host } from "../../providers/host.ts";
import { HostFile } from "../../providers/host-file.ts";
import type { GrafanaAccess } from "./access.ts";
import { authentikBlueprint } from "./authentik-blueprint.ts";
import { oauthSettings } from "./login-settings.ts";

export interface GrafanaLoginArgs {
  host: Host;
  access: GrafanaAccess;
  login: Login;
  /** Grafana as people open it. */
  rootUrl: string;
}

/** People log in with their Authentik account, and get the role that their groups give them. */
export class GrafanaLogin extends pulumi.ComponentResource {
  /** The Authentik side, for `authentik`'s blueprints; secret. Absent for a client of one's own. */
  readonly blueprint: pulumi.Output<string> | undefined;

  constructor(name: string, args: GrafanaLoginArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("watchpost:index:GrafanaLogin", name, {}, opts);
    const { host, access, login, rootUrl } = args;
    const parent = { parent: this };
    const own = login.clientId === undefined || login.clientSecret === undefined ? undefined : ownClient(login);
    const client = own ?? madeClient();
    const oauth2Settings = { ...oauthSettings(login, rootUrl), clientId: client.id, clientSecret: client.secret };
    new grafana.oss.SsoSettings(name, { providerName: "generic_oauth", oauth2Settings }, access.for(this));
    this.blueprint = own ? undefined : pulumi.secret(makeBlueprint());
    if (this.blueprint && login.blueprintFile) makeFile(this.blueprint, login.blueprintFile);
    this.registerOutputs({});

    function ownClient({ clientId = "", clientSecret = "" }: Login) {
      return { id: pulumi.output(clientId), secret: pulumi.secret(clientSecret) };
    }

    function madeClient() {
      const id = new random.RandomString(`${name}-client-id`, { length: 40, special: false }, parent);
      const secret = new random.RandomPassword(`${name}-client-secret`, { length: 64, special: false }, parent);
      return { id: id.result, secret: pulumi.secret(secret.result) };
    }

    function makeBlueprint() {
      return pulumi
        .all([client.id, client.secret])
        .apply(([id, secret]) => authentikBlueprint(login, rootUrl, { id, secret }));
    }

    function makeFile(content: pulumi.Output<string>, file: NonNullable<Login["blueprintFile"]>) {
      new HostFile(`${name}-blueprint`, { ...file, content }, { ...parent, provider: host });
    }
  }
}
