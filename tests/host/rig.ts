import { createHash } from "node:crypto";
import { glob, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { stackFile } from "../../config/stack-file.ts";
import { type DemoStack, openStack, projectFolder, type StackOptions } from "../../demo/stack.ts";
import { removeHost, startHost, type ThrowawayHost } from "../../throwaway/host.ts";
import { unable } from "../../throwaway/machine.ts";
import { type Engine, ensureEngine } from "../../toolchain/engine.ts";
import { isStandIn } from "../../toolchain/stand-ins/index.ts";
import { Guest } from "./guest.ts";
import { testImages } from "./images.ts";

/** Why no test of this folder can run here, or false. */
export const skip = unable() ?? false;

/** Config values by key. */
export type Values = Record<string, object | boolean>;

export interface RigOptions {
  /** Names the host and the stack, one for each clone of the project. */
  name: string;
  /** Who logs in. @default root */
  user?: string;
  /** Config beside what every test has. */
  values?: Values;
}

const merge = (base: Values, changes: Values): Values => {
  const merged = Object.entries(changes).map(([key, value]) => {
    const was = base[key];
    return [key, typeof value === "object" && typeof was === "object" ? { ...was, ...value } : value];
  });
  return { ...base, ...Object.fromEntries(merged) };
};

/** A throwaway host with a stack for it; `start` fills it in. */
export class Rig {
  readonly name: string;
  host!: ThrowawayHost;
  guest!: Guest;
  stack!: DemoStack;
  engine!: Engine;
  /** Whether Grafana's image and the plugin that fills it are the real ones, and no stand-ins. */
  realGrafana = false;
  /** Folder of the state, the passphrase and the tests' own files. */
  folder!: string;
  /** All that the engine said. */
  log = "";
  #values: Values = {};
  readonly #options: RigOptions;

  constructor(options: RigOptions) {
    const clone = createHash("sha256").update(projectFolder).digest("hex").slice(0, 6);
    this.name = `test-${clone}-${options.name}`;
    this.#options = options;
  }

  async start(): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), "watchpost-test-"));
    await this.#clear(); // what a killed run has left
    await this.fill();
  }

  /** Starts the host, or adopts it, and opens the stack. */
  async fill(): Promise<void> {
    const { user = "root", values = {} } = this.#options;
    this.engine = await ensureEngine({ standIns: true });
    const archives = Object.entries(await testImages());
    this.booted(await startHost(this.name));
    const { address, hostKey } = this.host;
    const base = {
      hosts: { [this.name]: { address, hostKey, user } },
      ...Object.fromEntries(archives.map(([name, archive]) => [name, { archive }])),
      // so that a target is seen to be up, or gone, within two seconds
      prometheus: { scrapeInterval: "2s", archive: archives.find(([name]) => name === "prometheus")?.[1] },
      deleteData: true,
    };
    // the real plugin would look for Grafana's API in vain
    const isFake = archives.some(([name, archive]) => name === "grafana" && archive.includes("grafana-stand-in"));
    const isPluginFake = isStandIn(this.engine.plugins.grafana);
    const access = isFake && !isPluginFake ? "none" : "tunnel";
    this.realGrafana = !isFake && !isPluginFake;
    this.#values = merge(merge(base, { grafana: { access } }), values);
    this.stack = await this.open();
  }

  /** The address of the machine that runs the tests, as the host sees it: the one before its own. */
  get outside(): string {
    return this.host.address.replace(/\d+$/, (last) => String(Number(last) - 1));
  }

  /** Takes note of a host that was started or rebooted. */
  booted(host: ThrowawayHost): void {
    this.host = host;
    this.guest = new Guest(host);
  }

  /** The stack's config as it is now, with changes. */
  config(changes: Values = {}): Values {
    return merge(this.#values, changes);
  }

  /** Changes the stack's config; an object is merged with what the key has. */
  async change(changes: Values): Promise<void> {
    this.#values = this.config(changes);
    await this.stack.setConfig(this.#values);
  }

  /** Secret config values by path. */
  get secrets(): Record<string, string> {
    return { [`hosts.${this.name}.privateKey`]: this.host.privateKey };
  }

  /** The stack's config file. */
  get configFile(): string {
    return stackFile(this.name);
  }

  /** Opens the stack, or another one beside it. */
  open(options: Partial<StackOptions> = {}): Promise<DemoStack> {
    const { name, folder, engine, secrets } = this;
    return openStack({ name, folder, engine, config: this.config(), secrets, ...options }, (text) => {
      this.log += text;
    });
  }

  /** Removes the host, and the config files of its stacks. */
  async #clear(): Promise<void> {
    await removeHost(this.name);
    for await (const file of glob(`Pulumi.${this.name}*.yaml`, { cwd: projectFolder }))
      await rm(join(projectFolder, file), { force: true });
  }

  async stop(): Promise<void> {
    await this.#clear();
    if (this.folder) await rm(this.folder, { recursive: true, force: true });
  }
}

/** A rig for the tests of the suite around: started before them, removed after them, whatever became of them. */
export const useRig = (options: RigOptions): Rig => {
  const rig = new Rig(options);
  before(() => rig.start(), { timeout: 300_000 });
  after(() => rig.stop(), { timeout: 120_000 });
  return rig;
};
