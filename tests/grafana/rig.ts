import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import { findCached } from "../../toolchain/cache.ts";
import { buildKey } from "../../toolchain/go-build.ts";
import { recipes } from "../../toolchain/recipes.ts";
import { configWith } from "../config/sample.ts";
import { freePort } from "../free-port.ts";
import { readCases } from "../rules/cases.ts";
import { Loki } from "../rules/loki.ts";
import { Exporter } from "./around/exporter.ts";
import { firingLines, liveLines } from "./around/firing-lines.ts";
import { firingSeries } from "./around/firing-series.ts";
import { adminPassword, Grafana } from "./around/grafana.ts";
import { Prometheus } from "./around/prometheus.ts";
import { SmtpSink } from "./around/smtp-sink.ts";
import { started } from "./around/started.ts";
import { WebhookSink } from "./around/webhook-sink.ts";
import { type GrafanaHome, grafanaHome, noGrafana } from "./home.ts";

const prometheus = await findCached(buildKey(recipes.prometheus));
const loki = await findCached(buildKey(recipes.loki));
const unbuilt = (["prometheus", "loki"] as const).filter((name) => (name === "prometheus" ? !prometheus : !loki));

/** Why the tests that need the whole rig are skipped; false where they are not. */
export const noRig: string | false =
  noGrafana ||
  (unbuilt.length > 0 && `${unbuilt.join(" and ")} not in the toolchain's cache: npm run demo builds what is missing`);

const login = { user: "mailer", password: "swordfish-of-smtp" };

/** The token of the webhook. */
export const token = "swordfish-of-hook";

/** A real Grafana between real data sources and real listeners for its messages. */
export class Rig {
  readonly cases = readCases(join(import.meta.dirname, "../.."));
  readonly exporter = new Exporter(this.cases);
  readonly mail = new SmtpSink(login);
  readonly hook = new WebhookSink();
  readonly #prometheus = new Prometheus();
  readonly #loki = new Loki();
  #home: GrafanaHome | undefined;
  #grafana: Grafana | undefined;
  #config: Config | undefined;

  async start(): Promise<void> {
    this.#home = await grafanaHome();
    const port = await freePort();
    await this.#loki.start(join(loki ?? "", "loki"));
    await this.#loki.push([...firingLines(this.cases), ...liveLines(this.cases)]);
    const scraped = {
      exporter: await this.exporter.start(),
      loki: new URL(this.#loki.url).host,
      grafana: `127.0.0.1:${port}`,
    };
    const series = firingSeries(this.cases, Math.floor(Date.now() / 1000));
    const sources = {
      prometheus: await this.#prometheus.start(prometheus ?? "", scraped, series),
      loki: this.#loki.url,
    };
    const config = this.configWith(await this.mail.start(), await this.hook.start());
    this.#config = config;
    const secrets = { admin: adminPassword, smtp: login.password };
    this.#grafana = new Grafana({ home: this.#home, port, config, secrets, sources });
    await this.#grafana.start();
  }

  /** The stack's config; a message is told within seconds. */
  private configWith(mail: string, hook: string): Config {
    return configWith({
      grafana: { rootUrl: "https://grafana.example.org/" },
      alerting: {
        smtp: { host: mail, from: "watchpost@example.org", ...login, startTls: "none" },
        contactPoints: { ops: { emails: ["ops@example.org"] }, hook: { webhook: { url: `${hook}/alerts`, token } } },
        routes: { info: { contactPoints: [] } },
        heartbeat: { url: `${hook}/heartbeat`, interval: "10s" },
        groupWait: "1s",
        groupInterval: "1s",
        repository: "https://git.example.org/watchpost",
      },
    });
  }

  get config(): Config {
    return started(this.#config);
  }

  get grafana(): Grafana {
    return started(this.#grafana);
  }

  get version(): string {
    return this.#home?.version ?? "none";
  }

  async stop(): Promise<void> {
    await this.#grafana?.stop();
    await Promise.all([this.#prometheus.stop(), this.#loki.stop(), this.exporter.stop()]);
    await Promise.all([this.mail.stop(), this.hook.stop(), this.#home?.forget()]);
  }
}
