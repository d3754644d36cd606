import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { State } from "../preview/state.ts";
import { previewApart, requireEngine } from "../preview/workspace.ts";
import { note } from "../toolchain/progress.ts";
import { placeheld, shortName } from "./stack-file.ts";

const usage = `npm run preview -- --stack NAME [options]    what an 'up' would change; no secret, no state and no host is asked
  --stack NAME           the stack; of its file Pulumi.NAME.yaml all is read but what is encrypted
  --base FILE            the copy of its state that 'npm run preview:base' made; without it, all is new
  --diff                 also what changes in each resource
  --expect-no-changes    fails where there are changes`;

const readBase = async (file: string): Promise<State> => {
  const text = await readFile(file, "utf8").catch((cause: Error) => {
    throw new Error(`--base: expected a file of 'npm run preview:base', cannot read ${file}: ${cause.message}`);
  });
  try {
    const base: State = JSON.parse(text);
    if (Array.isArray(base.deployment.resources)) return base;
  } catch {}
  throw new Error(`--base: expected a file of 'npm run preview:base', got another in ${file}`);
};

const main = async (): Promise<number> => {
  const [text, flag] = [{ type: "string" } as const, { type: "boolean", default: false } as const];
  const options = { stack: text, base: text, diff: flag, "expect-no-changes": flag };
  const { values } = parseArgs({ options: { ...options, help: { ...flag, short: "h" } } });
  if (values.help) {
    note(usage);
    return 0;
  }
  const { stack, base: file, diff, "expect-no-changes": expectNoChanges } = values;
  if (stack === undefined) throw new Error("--stack: expected the name of a stack, got none");
  await requireEngine();
  const name = shortName(stack);
  const { config } = placeheld(name);
  const base = file === undefined ? undefined : await readBase(file);
  if (!base) note("without --base nothing is known of what there is: all of it shows as new");
  const said = (text: string) => void process.stdout.write(text);
  return previewApart({ stack: name, config, base, diff, expectNoChanges, said });
};

main().then(
  (code) => {
    process.exitCode = code;
  },
  (cause: Error) => {
    note(`preview: ${cause.message}`);
    process.exitCode = 1;
  },
);
