// Records incidents that really happen on a throwaway host: each scenario is provoked, its alert awaited, its evidence
// collected by the product's own collector and written to recorded/NAME.jsonl.
//   node toolchain/bootstrap.mjs tests/triage/incidents/record.ts [NAME...]
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { forward } from "../../../commands/forward.ts";
import { thresholdValues } from "../../../components/thresholds.ts";
import { handshake } from "../../../providers/ssh/connection.ts";
import { until } from "../../../throwaway/until.ts";
import { note } from "../../../toolchain/progress.ts";
import { collect } from "../../../triage/collect.ts";
import { alertsOfConditions } from "../../../triage/conditions.ts";
import { incidentText } from "../../../triage/evaluation/incident.ts";
import { conditionRules, knownRules } from "../../../triage/rules.ts";
import type { Sources } from "../../../triage/settings.ts";
import type { Guest } from "../../host/guest.ts";
import { serviceUser } from "../../host/neighbours/service-users.ts";
import { Rig } from "../../host/rig.ts";
import type { Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios/index.ts";

const folder = join(import.meta.dirname, "recorded");
const minute = 60_000;
/** Milliseconds before an incident that are recorded with it. */
const before = 10_000;

/** What the host is declared to run; its collector looks every five seconds, so that nobody has to wait. */
const values = {
  services: {
    shop: { user: "shop" },
    mill: { user: "mill" },
    envoy: { units: ["envoy.service"], metrics: { kind: "envoy", targets: ["127.0.0.1:9901"], interval: "2s" } },
  },
  collector: { interval: "5s" },
  // alerts are the rules' own conditions, as Prometheus and Loki answer them
  grafana: { access: "none" },
};

const alertOf = async ({ rule, labels, thresholds }: Scenario, sources: Sources) => {
  const rules = conditionRules({ ...thresholdValues(), ...thresholds }).filter(({ name }) => name === rule);
  const alerts = await alertsOfConditions(sources, rules, Date.now()).catch(() => []);
  return alerts.find((alert) => Object.entries(labels).every(([name, value]) => alert.labels[name] === value));
};

const record = async (scenario: Scenario, guest: Guest, sources: Sources) => {
  const { name, about, expected, rule } = scenario;
  await scenario.prepare?.(guest);
  // the lines of before are another incident's
  await pause(before);
  const started = Date.now();
  try {
    await scenario.provoke(guest);
    const alert = await until(`${rule} tells of ${name}`, 3 * minute, () => alertOf(scenario, sources));
    const group = { key: `${alert.name} ${name}`, alerts: [alert] };
    const told = Date.now();
    await scenario.mend?.(guest);
    // the lines of the last second are still on their way
    const material = await until(`Loki has the lines of ${name}`, minute, async () => {
      const found = await collect(sources, group, { since: told - started + before, now: Date.now() });
      const proof = expected.proof.map((pattern) => new RegExp(pattern, "i"));
      return found.lines.some(({ text }) => proof.some((pattern) => pattern.test(text))) ? found : undefined;
    });
    const incident = { name, about, expected: { obeyed: [], ...expected }, material };
    await writeFile(join(folder, `${name}.jsonl`), incidentText(incident));
    note(`${name}: told by ${rule} after ${Math.round((told - started) / 1000)} s, ${material.lines.length} lines`);
  } finally {
    await scenario.undo(guest);
  }
};

const main = async (names: string[]) => {
  const unknown = names.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0)
    throw new Error(`expected names of ${scenarios.map(({ name }) => name).join(", ")}, got ${unknown.join(", ")}`);
  const rig = new Rig({ name: "incidents", values });
  const failed: string[] = [];
  await mkdir(folder, { recursive: true });
  try {
    await rig.start();
    for (const user of ["shop", "mill"]) await serviceUser(rig.guest, user);
    await rig.stack.up();
    const client = await handshake({ ...rig.host, agentSocket: undefined });
    const at = async (port: number) => `http://127.0.0.1:${(await forward(client, { host: "127.0.0.1", port })).port}`;
    const sources = { loki: await at(3100), prometheus: await at(9090), rules: knownRules() };
    for (const scenario of scenarios.filter(({ name }) => names.length === 0 || names.includes(name)))
      await record(scenario, rig.guest, sources).catch((cause: Error) => {
        failed.push(scenario.name);
        note(`${scenario.name}: ${cause.message}`);
      });
    client.end();
  } catch (cause) {
    note(rig.log);
    throw cause;
  } finally {
    await rig.stop();
  }
  if (failed.length > 0) throw new Error(`not recorded: ${failed.join(", ")}`);
};

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (cause: Error) => {
    note(`record: ${cause.message.split("\n", 1)[0]}`);
    process.exit(1);
  },
);
