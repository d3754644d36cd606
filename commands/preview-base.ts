import { rename, rm, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import * as automation from "@pulumi/pulumi/automation/index.js";
import { projectFolder } from "../demo/stack.ts";
import { makeBase } from "../preview/make-base.ts";
import type { State } from "../preview/state.ts";
import { requireEngine } from "../preview/workspace.ts";
import { note } from "../toolchain/progress.ts";
import { placeheld, shortName } from "./stack-file.ts";

const usage = `npm run preview:base -- --stack NAME --out FILE    a copy of the state without secrets, for 'npm run preview'
  --stack NAME    a stack of yours, with your backend and passphrase as for 'pulumi up'
  --out FILE      what is written, readable by you only; nothing is written where a secret would be left in it`;

const main = async () => {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ options: { stack: text, out: text, help: { type: "boolean", short: "h" } } });
  if (values.help) return note(usage);
  const { stack: stackName, out } = values;
  if (stackName === undefined) throw new Error("--stack: expected the name of a stack, got none");
  if (out === undefined) throw new Error("--out: expected a file to be written, got none");
  await requireEngine();
  const { placeholders } = placeheld(shortName(stackName));
  const stack = await automation.LocalWorkspace.selectStack({ stackName, workDir: projectFolder });
  const { name: project } = await stack.workspace.projectSettings();
  const config = Object.entries(await stack.getAllConfig());
  const base = await makeBase({
    project,
    stack: shortName(stackName),
    state: (await stack.exportStack()) as State,
    real: Object.fromEntries(config.map(([key, { value }]) => [key, value])),
    placeholders,
  });
  // whole or not at all
  const draft = `${out}.draft-${process.pid}`;
  try {
    await writeFile(draft, `${JSON.stringify(base, null, 1)}\n`, { mode: 0o600, flag: "wx" });
    await rename(draft, out);
  } finally {
    await rm(draft, { force: true });
  }
  note(`preview:base: ${base.deployment.resources?.length ?? 0} resources, no secret, in ${out}`);
};

main().catch((cause: Error) => {
  note(`preview:base: ${cause.message}`);
  process.exitCode = 1;
});
