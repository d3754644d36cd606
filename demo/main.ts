import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "../providers/ssh/connection.ts";
import { withLock } from "../toolchain/lock.ts";
import { isReported, note, step } from "../toolchain/progress.ts";
import { reasonOf } from "../toolchain/reason.ts";
import { deploy, prepare } from "./deploy.ts";
import { sweepFolders, takeDown } from "./down.ts";
import { type DemoOptions, demoFolder, parseOptions, UsageError, usage } from "./options.ts";
import { MissingParts, missingOf } from "./parts.ts";
import { countLogins, prove } from "./proof.ts";
import { notDeployed, report, type Summary } from "./report.ts";

const started = performance.now();

const elapsed = () => Math.round((performance.now() - started) / 100) / 10;

/** Brings the demo up and proves it. */
const bringUp = async (options: DemoOptions, log: (text: string) => void): Promise<Summary> => {
  const prepared = await prepare(options, log);
  const connection = connect(prepared.target);
  const before = await countLogins(connection);
  const { resources, noopChanges } = await deploy(prepared);
  const sshConnections = (await countLogins(connection)) - before;
  const proof = await step("prove that it works", () => prove(prepared, connection));
  const { journalMs, containerMs, up, total } = proof;
  const summary: Summary = {
    ok: proof.why.length === 0 && noopChanges === 0,
    seconds: elapsed(),
    resources,
    noopChanges,
    canary: { journalMs, containerMs },
    targets: { up, total },
    sshConnections,
    // what lives in Grafana is left out with it
    standIns: prepared.engine.standIns.filter((name) => name !== "grafana" || prepared.config.grafana.enabled),
    missing: missingOf(prepared.images),
  };
  process.stdout.write(`${report(prepared, summary, proof)}\n`);
  return summary;
};

/** Runs the command; the engine's own words go to a file that is named when something fails. */
const main = async (): Promise<boolean> => {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(`${usage}\n`);
    return true;
  }
  const folder = demoFolder(options.name);
  await mkdir(join(folder, ".."), { recursive: true, mode: 0o700 });
  const lock = `${folder}.lock`;
  if (options.down) {
    await withLock(lock, () => takeDown(options));
    await sweepFolders(options);
    return true;
  }
  return withLock(lock, async () => {
    const file = await open(`${folder}.log`, "w", 0o600);
    try {
      const summary = await bringUp(options, (text) => void file.appendFile(text));
      if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
      return summary.ok;
    } catch (cause) {
      if (cause instanceof MissingParts && options.json)
        process.stdout.write(`${JSON.stringify(notDeployed(elapsed(), cause.parts))}\n`);
      if ((await file.stat()).size > 0) note(`The engine's own output is in ${folder}.log`);
      throw cause;
    }
  });
};

main().then(
  (ok) => process.exit(ok ? 0 : 1),
  (cause: Error) => {
    note(cause instanceof UsageError ? cause.message : `demo: ${isReported(cause) ? reasonOf(cause) : cause.message}`);
    process.exit(cause instanceof UsageError ? 2 : 1);
  },
);
