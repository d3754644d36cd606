import { existsSync } from "node:fs";
import { join } from "node:path";
import { forward } from "../commands/forward.ts";
import { breakGlass } from "../components/pod/grafana-ini.ts";
import { type Config, serverOf } from "../config/config.ts";
import { splitHostPort } from "../config/host-port.ts";
import { readConfig } from "../config/read.ts";
import { demoFolder, parseOptions } from "../demo/options.ts";
import { openStack, projectFolder, stackConfig } from "../demo/stack.ts";
import { handshake } from "../providers/ssh/connection.ts";
import { ensureEngine } from "../toolchain/engine.ts";
import { knownRules } from "./rules.ts";
import type { Sources } from "./settings.ts";

/** A stack whose Loki, Prometheus and Grafana are reached through ssh until `close`. */
export interface OpenedStack {
  config: Config;
  sources: Sources;
  close(): void;
}

interface Found {
  config: Config;
  /** Of Grafana's break-glass login. */
  password: string | undefined;
}

const ofUser = async (name: string): Promise<Found> => {
  const config = readConfig(await stackConfig(name));
  const automation = await import("@pulumi/pulumi/automation/index.js");
  const stack = await automation.LocalWorkspace.selectStack({ stackName: name, workDir: projectFolder });
  return { config, password: (await stack.outputs()).grafanaAdminPassword?.value };
};

const ofDemo = async (name: string | undefined): Promise<Found> => {
  const demo = parseOptions(name ? ["--name", name] : []).name;
  const folder = demoFolder(demo);
  if (!existsSync(join(folder, "state"))) throw new Error(`there is no demo ${demo}: expected 'npm run demo' before`);
  const { stack } = await openStack({ name: demo, folder, engine: await ensureEngine({ standIns: true }) });
  const values = Object.entries(await stack.getAllConfig()).map(([key, { value }]) => [key, value]);
  const { grafanaAdminPassword } = await stack.outputs();
  return { config: readConfig(Object.fromEntries(values)), password: grafanaAdminPassword?.value };
};

/** Opens the way to a stack's parts, on ports of this machine's loopback. */
export const openWay = async ({ stack, name }: { stack?: string; name?: string }): Promise<OpenedStack> => {
  const { config, password } = stack ? await ofUser(stack) : await ofDemo(name);
  const client = await handshake({ ...serverOf(config), agentSocket: process.env.SSH_AUTH_SOCK });
  const at = async (listen: string) => `http://127.0.0.1:${(await forward(client, splitHostPort(listen))).port}`;
  const login = Buffer.from(`${breakGlass.user}:${password}`).toString("base64");
  const sources: Sources = {
    loki: await at(config.loki.listen),
    prometheus: await at(config.prometheus.listen),
    ...(config.grafana.enabled
      ? { grafana: { url: await at(config.grafana.listen), authorization: `Basic ${login}` } }
      : {}),
    rules: knownRules(),
  };
  return { config, sources, close: () => client.end() };
};
