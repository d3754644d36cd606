import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Prepared, prepare } from "../demo/deploy.ts";
import { takeDown } from "../demo/down.ts";
import { demoFolder, parseOptions } from "../demo/options.ts";
import { backendUrl } from "../demo/stack.ts";
import { findHost, type ThrowawayHost } from "../throwaway/host.ts";
import { type GuestRunOptions, run } from "../throwaway/run.ts";
import { step } from "../toolchain/progress.ts";
import { configOf } from "./engine/config.ts";

/** The demo's stack, deployed on a throwaway host of the benchmark's own. */
export interface Stage extends Prepared {
  name: string;
  host: ThrowawayHost;
  /** What `pulumi` needs in its environment to act on this stack. */
  env: Record<string, string>;
  /** The file with the stack's state. */
  stateFile: string;
  /** What a command on the host prints; it runs there as root and without ssh. @throws Error with its stderr. */
  onHost(argv: string[], options?: GuestRunOptions): Promise<string>;
}

/** Names what a benchmark makes; two clones have one each. */
export const nameOf = (what: string): string => parseOptions([]).name.replace("demo", what);

const set = async (name: string, images: string[]): Promise<Stage> => {
  const options = parseOptions(["--name", name, ...images.flatMap((image) => ["--image", image])]);
  const prepared = await prepare(options, () => {});
  // the journal as any stack has it: in the demo's small one, a burst fills a file before all are rotated
  const { journal, ...values } = await configOf({ name });
  await prepared.stack.setConfig(values);
  await step("deploy the demo's stack", () => prepared.stack.up());
  const host = await findHost(name);
  if (!host) throw new Error(`the throwaway host ${name} is gone`);
  const folder = demoFolder(name);
  return {
    ...prepared,
    name,
    host,
    env: {
      ...prepared.engine.env,
      PATH: `${prepared.engine.path}:${process.env.PATH}`,
      PULUMI_BACKEND_URL: backendUrl(folder),
      PULUMI_CONFIG_PASSPHRASE: await readFile(join(folder, "passphrase"), "utf8"),
    },
    stateFile: join(folder, "state", ".pulumi", "stacks", "watchpost", `${name}.json`),
    async onHost(argv, more) {
      const { status, stdout, stderr } = await run(host, argv, more);
      if (status !== 0) throw new Error(`${argv[0]} on the host exited ${status}: ${stderr.trim() || stdout.trim()}`);
      return stdout;
    },
  };
};

/**
 * A stage that is set when it is first used, and taken away by `close` however far it got.
 * @param images Archives that the user hands over, as `NAME=FILE`.
 */
export const openStage = (images: string[]) => {
  const name = nameOf("bench");
  let stage: Promise<Stage> | undefined;
  return {
    use: (): Promise<Stage> => {
      // what a killed run has left would be adopted, with whatever was done to it
      stage ??= takeDown(parseOptions(["--name", name])).then(() => set(name, images));
      return stage;
    },
    close: async (): Promise<void> => {
      if (!stage) return;
      await stage.catch(() => {});
      await takeDown(parseOptions(["--name", name]));
    },
  };
};
