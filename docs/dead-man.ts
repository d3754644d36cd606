// Stops in turn all that the heartbeat depends on, on two throwaway hosts, and prints how long it took to be noticed.
//   node docs/dead-man.ts [--json | --write]
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { startBreakGlass } from "../tests/host/outside/break-glass.ts";
import { measure, type Stop, stops } from "../tests/host/outside/dead-man.ts";
import { rebuild } from "../tests/host/outside/rebuild.ts";
import { TwoHosts, timing } from "../tests/host/outside/two-hosts.ts";
import { skip } from "../tests/host/rig.ts";
import { prepareToolchain } from "../tests/host/toolchain.ts";
import { note, step } from "../toolchain/progress.ts";
import { type DeadManRun, deadManPage } from "./dead-man-page.ts";

const usage = `usage: npm run dead-man [-- --json | --write]

Takes a quarter of an hour: two throwaway hosts, the whole stack, six things that stop, and a host that is lost.
--json   one object a line: {stopped, within, noticed, closed}, in seconds
--write  puts the table into docs/dead-man.md, the time of the rebuild into docs/rebuild.md, what break-glass says into
         docs/break-glass.md`;

/** What break-glass says, with the names that a reader's stack would have. */
const breakGlass = async ({ rig }: TwoHosts): Promise<string> => {
  const args = ["--key", rig.host.privateKeyFile, "--address", rig.host.address];
  const opened = startBreakGlass(["--stack", rig.name, ...args]);
  await opened.opened();
  opened.interrupt();
  await opened.ended;
  return opened.said().replaceAll(rig.name, "prod").replaceAll(rig.host.address, "192.0.2.10");
};

const run = async (): Promise<DeadManRun> => {
  const two = new TwoHosts("dead-man-page");
  try {
    await two.start();
    await step("deploy the stack and the watch", () => two.rig.stack.up());
    await two.startHeartbeat();
    const transcript = await breakGlass(two);
    const seen: DeadManRun["stops"] = [];
    for (const stop of stops) seen.push([stop, await step(`stop ${stop.what}`, () => measure(two, stop))]);
    const rebuilt = await step("lose the host and rebuild it", () => rebuild(two));
    return { date: new Date().toISOString().slice(0, 10), stops: seen, rebuilt, timing, transcript };
  } finally {
    await two.stop();
  }
};

const jsonLines = ({ stops, rebuilt }: DeadManRun): string =>
  [
    ...stops.map(([{ what, within }, { noticed, closed }]: [Stop, { noticed: number; closed: number }]) => ({
      ...{ stopped: what, within, noticed, closed },
    })),
    { stopped: "the machine, for good", within: timing.within, ...rebuilt },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");

/** Puts what was seen between the marks of a page. */
const into = (page: string, seen: string): void => {
  const file = resolve(import.meta.dirname, page);
  const marks = /(<!-- measured -->).*(<!-- \/measured -->)/s;
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace(marks, (_, open, close) => `${open}${seen}${close}`),
  );
};

const main = async (): Promise<void> => {
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({ options: { json: flag, write: flag, help: { ...flag, short: "h" } } });
  if (values.help) return note(usage);
  if (skip) throw new Error(skip);
  await prepareToolchain();
  const seen = await run();
  if (values.write) {
    writeFileSync(resolve(import.meta.dirname, "dead-man.md"), deadManPage(seen));
    into("rebuild.md", `${seen.rebuilt.up} s for both runs of \`up\` below onto an empty machine on ${seen.date}`);
    into("break-glass.md", `\n\n\`\`\`text\n${seen.transcript}\`\`\`\n\n`);
  } else process.stdout.write(values.json ? jsonLines(seen) : deadManPage(seen));
};

main().then(
  () => process.exit(0),
  (cause: Error) => {
    note(`dead-man: ${cause.message}`);
    process.exit(1);
  },
);
