import { renderDashboards } from "../../../components/dashboards/index.ts";
import { oauthSettings } from "../../../components/grafana/login-settings.ts";
import { type Login, login } from "../../../config/grafana.ts";
import { configWith } from "../../config/sample.ts";
import { freePort } from "../../free-port.ts";
import { type GrafanaHome, grafanaHome } from "../home.ts";
import { putContent, putLogin } from "./api-client.ts";
import { adminPassword, Grafana } from "./grafana.ts";
import { client, OpenidProvider, type People } from "./openid-provider.ts";
import { started } from "./started.ts";

/** Those who get in, and as what. */
export const welcome = [
  { name: "an-admin", role: "Admin", isGrafanaAdmin: true },
  { name: "an-editor", role: "Editor", isGrafanaAdmin: false },
  { name: "a-viewer", role: "Viewer", isGrafanaAdmin: false },
  { name: "one-in-two", role: "Editor", isGrafanaAdmin: false },
] as const;

/** Those who do not. */
export const unwelcome = ["one-in-none", "one-in-another", "one-with-a-text", "one-without-the-claim"] as const;

const people: Record<(typeof welcome)[number]["name"] | (typeof unwelcome)[number], People[string]> = {
  "an-admin": { groups: ["grafana-admins"] },
  "an-editor": { groups: ["staff", "grafana-editors"] },
  "a-viewer": { groups: ["grafana-viewers"] },
  "one-in-two": { groups: ["grafana-viewers", "grafana-editors"] },
  "one-in-none": { groups: [] },
  "one-in-another": { groups: ["staff"] },
  "one-with-a-text": { groups: "grafana-admins" },
  "one-without-the-claim": {},
};

const nowhere = "http://127.0.0.1:9";

/** A real Grafana whose login is a real OpenID provider's. */
export class LoginRig {
  readonly provider = new OpenidProvider();
  #grafana: Grafana | undefined;
  #home: GrafanaHome | undefined;
  #settings: Login | undefined;

  async start(): Promise<void> {
    this.#home = await grafanaHome();
    const port = await freePort();
    const rootUrl = `http://localhost:${port}/`;
    this.#settings = login.parse({ url: await this.provider.start(people, rootUrl) });
    const config = configWith({ grafana: { rootUrl } });
    const secrets = { admin: adminPassword };
    const sources = { prometheus: nowhere, loki: nowhere };
    this.#grafana = new Grafana({ home: this.#home, port, config, secrets, sources });
    await this.#grafana.start();
    await putContent(this.#grafana, { dashboards: renderDashboards(config), groups: [] });
    await this.set();
  }

  /** Has Grafana take other settings of the login. */
  async set(values: Partial<Login> = {}): Promise<void> {
    const settings = oauthSettings({ ...this.settings, ...values }, this.grafana.url);
    await putLogin(this.grafana, { ...settings, clientId: client.id, clientSecret: client.secret });
  }

  get grafana(): Grafana {
    return started(this.#grafana);
  }

  get settings(): Login {
    return started(this.#settings);
  }

  /** Whether this Grafana has the pages that a browser opens. */
  get pages(): boolean {
    return this.#home?.pages ?? false;
  }

  async stop(): Promise<void> {
    await this.#grafana?.stop();
    await this.provider.stop();
    await this.#home?.forget();
  }
}
