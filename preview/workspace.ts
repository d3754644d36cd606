import { randomBytes } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as automation from "@pulumi/pulumi/automation/index.js";
import { parse, stringify } from "yaml";
import { backendUrl, projectFolder } from "../demo/stack.ts";
import { run, which } from "../toolchain/command.ts";
import type { State } from "./state.ts";

/** What chooses a stack's state and opens it: of the user's own there is to be nothing in a preview without secrets. */
const ofUsers = /^PULUMI_(ACCESS_TOKEN|API|BACKEND_URL|CONFIG|CONFIG_PASSPHRASE|CONFIG_PASSPHRASE_FILE|ORG|STACK)$/;

/** @throws Error when there is no engine on PATH. */
export const requireEngine = async (): Promise<void> => {
  if (!(await which("pulumi")))
    throw new Error("there is no pulumi on PATH: expected the engine, see https://www.pulumi.com/docs/install/");
};

export interface PreviewOf {
  stack: string;
  /** The config of the stack, as its file would have it; nothing in it is encrypted. */
  config: Record<string, unknown>;
  /** What there is already; without it, nothing. */
  base?: State | undefined;
  diff: boolean;
  expectNoChanges: boolean;
  /** What the engine says, as it says it. */
  said: (text: string) => void;
}

/** A project folder like the one of the repository, but for its stack files. */
const makeProject = async (folder: string): Promise<void> => {
  await mkdir(folder);
  for (const name of await readdir(projectFolder)) {
    if (name === "Pulumi.yaml") await copyFile(join(projectFolder, name), join(folder, name));
    else if (!/^Pulumi\..*yaml$|^\.git$/.test(name)) await symlink(join(projectFolder, name), join(folder, name));
  }
};

/** Fills the new stack; what is marked secret gets encrypted by its passphrase, as its file says. */
const importBase = async (base: State, stack: string, project: string): Promise<void> => {
  const { encryptionsalt: salt } = parse(await readFile(join(project, `Pulumi.${stack}.yaml`), "utf8"));
  const deployment = { ...base.deployment, secrets_providers: { type: "passphrase", state: { salt } } };
  const input = JSON.stringify({ ...base, deployment });
  await run("pulumi", ["stack", "import", "--stack", stack, "--non-interactive"], { cwd: project, input });
};

const previewIn = async (folder: string, of: PreviewOf): Promise<number> => {
  const { stack: stackName, config, base, diff, expectNoChanges, said } = of;
  const workDir = join(folder, "project");
  await makeProject(workDir);
  await mkdir(join(folder, "state"));
  await writeFile(join(workDir, `Pulumi.${stackName}.yaml`), stringify({ config }));
  for (const name of Object.keys(process.env)) if (ofUsers.test(name)) delete process.env[name];
  const envVars = {
    PULUMI_BACKEND_URL: backendUrl(folder),
    PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("base64url"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  Object.assign(process.env, envVars);
  const program = async () => (await import("../index.ts")).default();
  const options = { workDir, envVars };
  // its settings give the project's name
  const { name: projectName } = await (await automation.LocalWorkspace.create(options)).projectSettings();
  const stack = await automation.LocalWorkspace.createStack({ stackName, projectName, program }, options);
  if (base) await importBase(base, stackName, workDir);
  const color = process.stdout.isTTY ? "always" : "never";
  try {
    await stack.preview({ diff, expectNoChanges, color, suppressProgress: true, onOutput: said, onError: said });
    return 0;
  } catch (error) {
    // the engine has said why
    if (error instanceof automation.CommandError) return exitCode(error);
    throw error;
  }
};

/** What the engine ended with, which the type keeps to itself. */
const exitCode = (error: automation.CommandError): number => {
  const { commandResult } = error as unknown as { commandResult?: { err?: { exitCode?: number } } };
  return commandResult?.err?.exitCode ?? 1;
};

/**
 * Previews a stack with what is given, and nothing else: a state and a passphrase of its own, gone afterwards.
 * @returns the exit status of the engine.
 */
export const previewApart = async (of: PreviewOf): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), "watchpost-preview-"));
  try {
    return await previewIn(folder, of);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
