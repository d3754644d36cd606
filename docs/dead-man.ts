// Stops in turn all that the heartbeat depends on, on two throwaway hosts, and prints how long it took to be noticed.
//   node docs/dead-man.ts [--image grafana=FILE] [--json | --write]
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { OpenidProvider } from "../tests/grafana/around/openid-provider.ts";
import { measure, stops } from "../tests/host/outside/dead-man.ts";
import { breakGlassWithout, logInBy, logInWithout } from "../tests/host/outside/login-down.ts";
import { rebuild } from "../tests/host/outside/rebuild.ts";
import { TwoHosts, timing } from "../tests/host/outside/two-hosts.ts";
import { type Rig, skip } from "../tests/host/rig.ts";
import { prepareToolchain } from "../tests/host/toolchain.ts";
import { note, step } from "../toolchain/progress.ts";
import { isStandIn } from "../toolchain/stand-ins/index.ts";
import { type DeadManRun, deadManPage } from "./dead-man-page.ts";
import { giveGrafana } from "./given-grafana.ts";

const usage = `usage: npm run dead-man [-- --image grafana=FILE] [--json | --write]

Takes half an hour: two throwaway hosts, the whole stack, six things that stop, and a host that is lost.
--image grafana=FILE  Grafana's image, as 'podman save' writes it, where it cannot be had; without it or the grafana plugin
                      something stands in for Grafana, and the page says so
--json                one object a line: {stopped, within, noticed, closed}, in seconds
--write               puts the table into docs/dead-man.md, the time of the rebuild into docs/rebuild.md, what break-glass
                      says into docs/break-glass.md`;

const versionOf = async ({ guest, realGrafana }: Rig): Promise<string | undefined> =>
  realGrafana ? JSON.parse(await guest.sh("curl -sS http://127.0.0.1:3000/api/health")).version : undefined;

const pluginsThatStandIn = ({ engine }: Rig): string[] =>
  Object.entries(engine.plugins)
    .filter(([name, plugin]) => name !== "grafana" && isStandIn(plugin))
    .map(([name]) => name);

const run = async (): Promise<DeadManRun> => {
  const two = new TwoHosts("dead-man-page");
  const provider = new OpenidProvider();
  try {
    await two.start();
    await logInBy(two, provider);
    await step("deploy the stack and the watch", () => two.rig.stack.up());
    const transcript = await step("stop the login's provider and break the glass", () =>
      breakGlassWithout(two, provider),
    );
    await logInWithout(two);
    await step("deploy it without that login", () => two.rig.stack.up());
    await two.startHeartbeat();
    const grafana = await versionOf(two.rig);
    const seen: DeadManRun["stops"] = [];
    for (const stop of stops) seen.push(await step(`stop ${stop.what}`, () => measure(two, stop)));
    const rebuilt = await step("lose the host and rebuild it", () => rebuild(two));
    const date = new Date().toISOString().slice(0, 10);
    return { date, grafana, standIns: pluginsThatStandIn(two.rig), stops: seen, rebuilt, timing, transcript };
  } finally {
    await provider.stop();
    await two.stop();
  }
};

const jsonLines = ({ stops, rebuilt }: DeadManRun): string =>
  [
    ...stops.map(({ what, within, noticed, closed }) => ({ stopped: what, within, noticed, closed })),
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

const write = (seen: DeadManRun): void => {
  const { date, grafana, rebuilt, transcript } = seen;
  const whose = grafana === undefined ? "a stand-in for Grafana" : `Grafana ${grafana}`;
  writeFileSync(resolve(import.meta.dirname, "dead-man.md"), deadManPage(seen));
  into("rebuild.md", `${rebuilt.up} s for both runs of \`up\` below onto an empty machine on ${date}, with ${whose}`);
  const about = `What it said on ${date} on a throwaway host with ${whose}${grafana === undefined ? ", which knows no accounts" : ", whose OpenID provider had been stopped"}`;
  into(
    "break-glass.md",
    `\n\n${about} (made by \`npm run dead-man -- --write\`, names shortened):\n\n\`\`\`text\n${transcript}\`\`\`\n\n`,
  );
};

const main = async (): Promise<void> => {
  const flag = { type: "boolean", default: false } as const;
  const options = { image: { type: "string" }, json: flag, write: flag, help: { ...flag, short: "h" } } as const;
  const { values } = parseArgs({ options });
  if (values.help) return note(usage);
  if (values.image !== undefined) giveGrafana(values.image);
  if (skip) throw new Error(skip);
  await prepareToolchain();
  const seen = await run();
  if (values.write) write(seen);
  else process.stdout.write(values.json ? jsonLines(seen) : deadManPage(seen));
};

main().then(
  () => process.exit(0),
  (cause: Error) => {
    note(`dead-man: ${cause.message}`);
    process.exit(1);
  },
);
