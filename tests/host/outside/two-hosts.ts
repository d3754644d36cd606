import { rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before } from "node:test";
import { tunnelPortOf } from "../../../components/grafana/tunnel-port.ts";
import { heartbeatPath } from "../../../components/uptime-watch/heartbeat.ts";
import { rebootHost, removeHost, startHost } from "../../../throwaway/host.ts";
import { until } from "../../../throwaway/until.ts";
import { type Beat, startHeartbeat } from "../../stand-ins/grafana-heartbeat.ts";
import { Rig } from "../rig.ts";
import { gatusArchive } from "./gatus.ts";
import { ends, giveWayOut, plug } from "./link.ts";
import { Sink } from "./sink.ts";
import { door, WatchHost } from "./watch-host.ts";

export const tokens = { heartbeat: "swordfish-of-the-heartbeat", hook: "swordfish-of-the-hook" } as const;

/** How the dead man is watched here, in seconds: as short as a restart of Grafana lets it be, so that a test ends. */
export const timing = { beat: 5, within: 180, interval: 10 } as const;

/** A server, a host that watches it, a network between the two, and a webhook that is told. */
export class TwoHosts {
  readonly rig: Rig;
  watch!: WatchHost;
  sink!: Sink;
  readonly watchName: string;
  /** Where the beat goes, as the server sees the watch host. */
  readonly beat: Beat = {
    url: `http://${ends.watch}:${door}${heartbeatPath}`,
    token: tokens.heartbeat,
    every: timing.beat,
  };

  constructor(name: string) {
    this.rig = new Rig({ name });
    this.watchName = `${this.rig.name}-w`;
  }

  async start(): Promise<void> {
    await removeHost(this.watchName);
    await this.rig.start();
    // where the plugin is a stand-in, it keeps there what the real one would put into Grafana, once that answers
    process.env.GRAFANA_STAND_IN = this.#grafana;
    process.env.GRAFANA_STAND_IN_URL = `http://127.0.0.1:${tunnelPortOf("watchpost", this.rig.name)}`;
    this.watch = new WatchHost(await startHost(this.watchName));
    await plug(this.rig, this.watch);
    await giveWayOut(this.rig.guest, this.rig.outside);
    await this.watch.prepare();
    this.sink = await Sink.start(this.watch.outside);
    await this.configure();
  }

  /** Gives the stack the hosts as they are by now. */
  async configure(): Promise<void> {
    const { rig, watch, sink, beat } = this;
    const { address, hostKey } = watch.host;
    await rig.change({
      hosts: {
        [rig.name]: { address: rig.host.address, hostKey: rig.host.hostKey, user: "root" },
        [this.watchName]: { address, hostKey, role: "watch" },
      },
      alerting: {
        contactPoints: { hook: { webhook: { url: sink.url } } },
        heartbeat: { url: beat.url, interval: `${beat.every}s` },
      },
      watch: {
        archive: await gatusArchive(),
        ...{ within: `${timing.within}s`, interval: `${timing.interval}s` },
        webhook: { url: sink.url },
      },
    });
    rig.stack = await rig.open({ secrets: this.secrets });
  }

  /** Secret config values by path. */
  get secrets(): Record<string, string> {
    return {
      ...this.rig.secrets,
      [`hosts.${this.watchName}.privateKey`]: this.watch.host.privateKey,
      "alerting.heartbeat.token": tokens.heartbeat,
      "watch.webhook.token": tokens.hook,
    };
  }

  /** Puts the stand-in for Grafana's heartbeat on the server, where the pod is by now; a real Grafana sends its own. */
  async startHeartbeat(): Promise<void> {
    if (!this.rig.realGrafana) await startHeartbeat(this.rig.guest, this.beat);
  }

  async rebootWatch(how: "clean" | "power"): Promise<void> {
    this.watch = new WatchHost(await rebootHost(this.watch.host, how));
    await plug(this.rig, this.watch);
  }

  /** Boots the server again after its plug was pulled. */
  async bootServer(): Promise<void> {
    this.rig.booted(await rebootHost(this.rig.host, "power"));
    await plug(this.rig, this.watch);
  }

  get #grafana(): string {
    return join(this.rig.folder, "grafana.json");
  }

  /** Another machine in the place of the server, with nothing on it. */
  async replaceServer(): Promise<void> {
    await removeHost(this.rig.name);
    await rm(this.#grafana, { force: true });
    this.rig.booted(await startHost(this.rig.name));
    await plug(this.rig, this.watch);
    await giveWayOut(this.rig.guest, this.rig.outside);
    await this.configure();
  }

  /** Waits until beats have come for that many seconds after a moment. */
  async beatsUntil(moment: number, seconds: number): Promise<void> {
    const end = moment + seconds * 1000;
    // after a restart Grafana's first beat may take a minute and a half
    await until("the beats go on", end - Date.now() + 150_000, async () => {
      return (await this.watch.lastBeat()) >= end ? true : undefined;
    });
  }

  async stop(): Promise<void> {
    this.sink?.stop();
    delete process.env.GRAFANA_STAND_IN;
    delete process.env.GRAFANA_STAND_IN_URL;
    await removeHost(this.watchName);
    await this.rig.stop();
  }
}

/** Two hosts for the tests of the suite around. */
export const useTwoHosts = (name: string): TwoHosts => {
  const two = new TwoHosts(name);
  before(() => two.start(), { timeout: 300_000 });
  after(() => two.stop(), { timeout: 120_000 });
  return two;
};
