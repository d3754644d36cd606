import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OpMap, PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import * as automation from "@pulumi/pulumi/automation/index.js";
import { parse, stringify } from "yaml";
import { stackFile } from "../config/stack-file.ts";
import { run } from "../toolchain/command.ts";
import type { Engine } from "../toolchain/engine.ts";

/** The project's folder: the engine resolves the providers' modules from it. */
export const projectFolder = join(import.meta.dirname, "..");

export interface StackOptions {
  /** The stack's name; its config is `Pulumi.NAME.yaml` in the project's folder, as for any stack. */
  name: string;
  /** Folder for the state and the passphrase. */
  folder: string;
  engine: Engine;
  /** Config values by key, `hosts` and so on, without the secret ones; without them the stack keeps what it has. */
  config?: Record<string, unknown>;
  /** Secret values by path: `hosts.demo.privateKey`. */
  secrets?: Record<string, string>;
  /** @default the project's own program */
  program?: PulumiFn;
  /** @default watchpost */
  project?: string;
}

/** What an operation changed, by kind, and how long it took. */
export interface Change {
  changes: OpMap;
  seconds: number;
}

/** A stack of the project, run through the real engine with a local state. */
export interface DemoStack {
  readonly stack: Stack;
  setConfig(config: Record<string, unknown>): Promise<void>;
  up(options?: automation.UpOptions): Promise<Change & { outputs: automation.OutputMap }>;
  preview(options?: automation.PreviewOptions): Promise<Change>;
  refresh(): Promise<Change>;
  destroy(): Promise<Change>;
  /** Takes the stack's config file away; the state goes with its folder. */
  forget(): Promise<void>;
}

/**
 * A local state. Without `metadata=skip` each file of it has a second one beside it that is written in place: an engine
 * that is killed meanwhile leaves it empty, and no later run can read the state. Source: gocloud.dev 0.46, blob/fileblob.
 */
export const backendUrl = (folder: string): string => `file://${join(folder, "state")}?metadata=skip`;

const readYaml = async (file: string) => (existsSync(file) ? (parse(await readFile(file, "utf8")) ?? {}) : {});

/** The passphrase that encrypts secrets in config and state: made once, readable by its owner only. */
const passphrase = async (folder: string): Promise<string> => {
  const file = join(folder, "passphrase");
  if (!existsSync(file)) await writeFile(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
  return readFile(file, "utf8");
};

const timed = async <T>(work: Promise<T>): Promise<{ result: T; seconds: number }> => {
  const start = performance.now();
  const result = await work;
  return { result, seconds: Math.round(performance.now() - start) / 1000 };
};

const watchpost: PulumiFn = async () => (await import("../index.ts")).default();

/** Frees a stack whose last operation was killed: nobody else uses a state that lies in a demo's own folder. */
const unlock = async (stack: Stack, folder: string) => {
  const locks = await readdir(join(folder, "state", ".pulumi", "locks"), { recursive: true }).catch(() => []);
  if (locks.some((file) => file.endsWith(".json"))) await stack.cancel();
};

/** Opens a stack, or makes it. The engine's own words go to `log`, by default nowhere. */
export const openStack = async (options: StackOptions, log: (text: string) => void = () => {}): Promise<DemoStack> => {
  const { name, folder, engine, project = "watchpost" } = options;
  await mkdir(join(folder, "state"), { recursive: true, mode: 0o700 });
  process.env.PATH = `${engine.path}:${process.env.PATH}`;
  const envVars = {
    ...engine.env,
    PULUMI_BACKEND_URL: backendUrl(folder),
    PULUMI_CONFIG_PASSPHRASE: await passphrase(folder),
  };
  // Automation looks up the secrets of a stack in this process's own environment
  process.env.PULUMI_CONFIG_PASSPHRASE = envVars.PULUMI_CONFIG_PASSPHRASE;
  const stack = await automation.LocalWorkspace.createOrSelectStack(
    { stackName: name, projectName: project, program: options.program ?? watchpost },
    { workDir: projectFolder, envVars },
  );
  const setConfig = async (config: Record<string, unknown>) => {
    const file = stackFile(name);
    const before = await readYaml(file);
    const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [`${project}:${key}`, value]));
    await writeFile(file, stringify({ ...before, config: values }));
    // through standard input: an argument, which is how Automation gives it, would show in `ps`
    for (const [path, value] of Object.entries(options.secrets ?? {})) {
      const set = ["config", "set", "--stack", name, "--secret", "--path", `${project}:${path}`, "--non-interactive"];
      await run("pulumi", set, { cwd: projectFolder, env: { ...process.env, ...envVars }, input: `${value}\n` });
    }
  };
  if (options.config) await setConfig(options.config);
  await unlock(stack, folder);

  const onOutput = log;
  const changesOf = async (work: Promise<{ summary: { resourceChanges?: OpMap } }>): Promise<Change> => {
    const { result, seconds } = await timed(work);
    return { changes: result.summary.resourceChanges ?? {}, seconds };
  };
  return {
    stack,
    setConfig,
    async up(more) {
      const { result, seconds } = await timed(stack.up({ onOutput, ...more }));
      return { changes: result.summary.resourceChanges ?? {}, outputs: result.outputs, seconds };
    },
    async preview(more) {
      const { result, seconds } = await timed(stack.preview({ onOutput, ...more }));
      return { changes: result.changeSummary as OpMap, seconds };
    },
    refresh: () => changesOf(stack.refresh({ onOutput })),
    destroy: () => changesOf(stack.destroy({ onOutput })),
    forget: () => rm(stackFile(name), { force: true }),
  };
};

/** The whole config of a stack of the user's, secrets included, as the engine on PATH reads it. */
export const stackConfig = async (name: string): Promise<Record<string, string>> => {
  const stack = await automation.LocalWorkspace.selectStack({ stackName: name, workDir: projectFolder });
  return Object.fromEntries(Object.entries(await stack.getAllConfig()).map(([key, { value }]) => [key, value]));
};
