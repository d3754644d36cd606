import { servicesReport } from "../commands/services-report.ts";
import type { MissingPlugin, Plugin, PluginName } from "../toolchain/plugins.ts";
import { table } from "../toolchain/table.ts";
import type { Prepared } from "./deploy.ts";
import type { Container } from "./options.ts";
import type { MissingPart } from "./parts.ts";
import type { Proof } from "./proof.ts";

/** The demo's one JSON line. */
export interface Summary {
  ok: boolean;
  /** From the command to the proof. */
  seconds: number;
  resources: number;
  /** What a second deployment would change: 0. */
  noopChanges: number;
  canary: { journalMs: number | null; containerMs: number | null };
  targets: { up: number; total: number };
  /** ssh logins that the deployment took. */
  sshConnections: number;
  /** What stands in for a part that cannot be had here. */
  standIns: PluginName[];
  /** What is left out, and why. */
  missing: readonly MissingPart[];
}

/** The summary where nothing was deployed for want of parts. */
export const notDeployed = (seconds: number, missing: readonly MissingPart[]): Summary => ({
  ok: false,
  seconds,
  resources: 0,
  noopChanges: 0,
  canary: { journalMs: null, containerMs: null },
  targets: { up: 0, total: 0 },
  sshConnections: 0,
  standIns: [],
  missing,
});

const whyStandIn = (plugin: Plugin | MissingPlugin) => ("why" in plugin && plugin.why) || "the plugin cannot be had";

const ms = (value: number | null) => (value === null ? "did not come back" : `came back after ${value} ms`);

/** What a person reads at the end: what runs where, how it was proved, what is missing and why. */
export const report = (prepared: Prepared, summary: Summary, proof: Proof): string => {
  const { target, images, config, engine } = prepared;
  const parts = images.map((image) => {
    if ("missing" in image) return [image.name, "-", "not deployed", "see below"];
    return [image.name, image.version, `http://${config[image.name as Container].listen}`, `image ${image.source}`];
  });
  const { canary, targets, seconds } = summary;
  return [
    "",
    table([["part", "version", "on the host", "from"], ...parts]),
    "",
    `host              ${target.user}@${target.address}${target.port === 22 ? "" : `:${target.port}`}`,
    `engine            ${engine.version} (${engine.source})`,
    `journal line      ${ms(canary.journalMs)}`,
    `container's line  ${ms(canary.containerMs)}`,
    `scrape targets    ${targets.up} of ${targets.total} up`,
    `second deployment ${summary.noopChanges === 0 ? "changes nothing" : `would change ${summary.noopChanges} resources`}`,
    ...summary.missing.map(({ name, why }) => `missing           ${name}: ${why}`),
    ...summary.standIns.map((name) => `stand-in          ${name}: ${whyStandIn(engine.plugins[name])}`),
    ...(proof.services ? ["", servicesReport(proof.services), ""] : []),
    ...proof.why.map((why) => `FAILED            ${why}`),
    "",
    summary.ok
      ? `It works, proved in ${seconds} s. It stays up: 'npm run open' brings its pages to this machine, 'npm run demo -- --down' takes it away.`
      : `It does not work yet: see above. 'npm run demo' tries again, 'npm run demo -- --down' takes it away.`,
  ].join("\n");
};
