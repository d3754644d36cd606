import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { type DemoStack, openStack, projectFolder, type StackOptions } from "../../demo/stack.ts";
import { removeHost, startHost, type ThrowawayHost } from "../../demo/throwaway/host.ts";
import { unable } from "../../demo/throwaway/machine.ts";
import { type Engine, ensureEngine } from "../../toolchain/engine.ts";
import { Guest } from "./guest.ts";
import { testImages } from "./images.ts";

/** Why no test of this folder can run here, or false. */
export const skip = unable() ?? false;

/** A throwaway host with a stack on it; what is in it is there once the tests run. */
export class Rig {
  readonly name: string;
  host!: ThrowawayHost;
  guest!: Guest;
  stack!: DemoStack;
  engine!: Engine;
  /** Folder of the state, the passphrase and the test's own files. */
  folder!: string;
  /** All that the engine said. */
  log = "";
  #base!: Record<string, unknown>;
  readonly #user: string;
  readonly #extra: Record<string, unknown>;

  /**
   * @param what Names the host, one for each clone of the project.
   * @param user Who logs in.
   * @param extra Config beside what every test has.
   */
  constructor(what: string, user = "root", extra: Record<string, unknown> = {}) {
    const clone = createHash("sha256").update(projectFolder).digest("hex").slice(0, 6);
    this.name = `test-${clone}-${what}`;
    this.#user = user;
    this.#extra = extra;
  }

  async start(): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), "watchpost-test-"));
    this.engine = await ensureEngine({ standIns: true });
    await removeHost(this.name); // what a killed run has left
    await this.boots(await startHost(this.name));
    const { address, hostKey } = this.host;
    const archives = await testImages();
    this.#base = {
      hosts: { [this.name]: { address, hostKey, user: this.#user } },
      grafana: { enabled: false },
      ...Object.fromEntries(Object.entries(archives).map(([name, archive]) => [name, { archive }])),
      deleteData: true,
      ...this.#extra,
    };
    this.stack = await this.open();
  }

  /** A host that was started or rebooted. */
  async boots(host: ThrowawayHost): Promise<void> {
    this.host = host;
    this.guest = new Guest(host);
  }

  /** The stack's config with changes, merged one level deep. */
  config(changes: Record<string, object | boolean> = {}): Record<string, unknown> {
    const merged = Object.entries(changes).map(([key, value]) => {
      const was = this.#base[key];
      return [key, typeof value === "object" && typeof was === "object" ? { ...was, ...value } : value];
    });
    return { ...this.#base, ...Object.fromEntries(merged) };
  }

  configure(changes: Record<string, object | boolean> = {}): Promise<void> {
    return this.stack.setConfig(this.config(changes));
  }

  open(options: Partial<StackOptions> = {}): Promise<DemoStack> {
    return openStack(
      {
        name: this.name,
        folder: this.folder,
        engine: this.engine,
        config: this.config(),
        secrets: { [`hosts.${this.name}.privateKey`]: this.host.privateKey },
        ...options,
      },
      (text) => {
        this.log += text;
      },
    );
  }

  async stop(): Promise<void> {
    await this.stack?.forget();
    await removeHost(this.name);
    if (this.folder) await rm(this.folder, { recursive: true, force: true });
  }
}

/** A rig for the tests of the suite around: started before them, removed after them, whatever became of them. */
export const useRig = (...args: ConstructorParameters<typeof Rig>): Rig => {
  const rig = new Rig(...args);
  before(() => rig.start(), { timeout: 300_000 });
  after(() => rig.stop(), { timeout: 120_000 });
  return rig;
};
