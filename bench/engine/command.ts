import { join } from "node:path";
import { projectFolder } from "../../demo/stack.ts";
import { run } from "../../toolchain/command.ts";
import type { Stage } from "../stage.ts";

const program = join(import.meta.dirname, "program.ts");

/** The `pulumi` commands that are timed, with the options that keep them from asking. */
const verbs = {
  preview: ["preview"],
  up: ["up", "--yes", "--skip-preview"],
  upRefresh: ["up", "--yes", "--skip-preview", "--refresh"],
  /** Refresh and update in one pass over the program. */
  upRefreshRun: ["up", "--yes", "--skip-preview", "--refresh", "--run-program"],
} as const;

export type Verb = keyof typeof verbs;

/**
 * Runs a `pulumi` command as a user does: the engine and the program in fresh processes.
 * @throws CommandError with the engine's last lines.
 */
export const pulumi = async (stage: Stage, verb: Verb, more: string[] = []): Promise<void> => {
  const args = [...verbs[verb], "--stack", stage.name, "--non-interactive", "--color=never", ...more];
  await run(process.execPath, ["--disable-warning=ExperimentalWarning", program, ...args], {
    cwd: projectFolder,
    env: { ...process.env, ...stage.env },
  });
};

/** The same, of a stack of which nothing is to be changed. @throws CommandError also when something would be. */
export const pulumiNoop = (stage: Stage, verb: Verb, more: string[] = []): Promise<void> =>
  pulumi(stage, verb, ["--expect-no-changes", ...more]);
