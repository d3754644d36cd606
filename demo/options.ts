import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectFolder } from "./stack.ts";

/** The containers whose images the demo brings. */
export const containers = ["prometheus", "loki", "grafana", "alloy"] as const;
export type Container = (typeof containers)[number];

/** Those that the stack does without where their image cannot be had. */
export const optional: readonly Container[] = ["grafana"];

export interface DemoOptions {
  /** Names the demo's stack and, without `host`, its throwaway host. */
  name: string;
  /** A machine of the user's in place of the throwaway host. */
  host?: { user: string; address: string; port: number };
  /** Private key file for `host`; without it the ssh agent, then the usual files. */
  key?: string;
  /** Image archives that the user hands over. */
  images: Partial<Record<Container, string>>;
  json: boolean;
  down: boolean;
  help: boolean;
}

/** The command line is wrong; the message says what was expected and got. */
export class UsageError extends Error {
  override name = "UsageError";
}

export const usage = `npm run demo -- [options]    deploy the stack to a throwaway host (or yours) and prove that it works
  --host USER@ADDRESS[:PORT]  a machine of yours in place of the throwaway host; its host key is taken from known_hosts
  --key FILE                  private key for --host; default: the ssh agent, then ~/.ssh/id_ed25519 and id_rsa
  --image NAME=FILE           image archive (as 'podman save' writes it) for ${containers.join(", ")}; may be repeated
  --name NAME                 a second demo beside the first
  --json                      the last line of the output is one JSON object
  --down                      take the demo away: the stack, its data and the throwaway host`;

// two clones on one machine have a demo each
const defaultName = () => `demo-${createHash("sha256").update(projectFolder).digest("hex").slice(0, 6)}`;

const parseHost = (text: string) => {
  const [, user, address, port] = /^([^\s:/'"]+)@([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::(\d+))?$/.exec(text) ?? [];
  if (!user || !address) throw new UsageError(`--host: expected USER@ADDRESS[:PORT], got ${text}`);
  return { user, address: address.replace(/^\[|\]$/g, ""), port: Number(port ?? 22) };
};

const parseImages = (texts: string[]): DemoOptions["images"] =>
  Object.fromEntries(
    texts.map((text) => {
      const [name = "", file = ""] = text.split(/=(.*)/s);
      if (!(containers as readonly string[]).includes(name) || file === "")
        throw new UsageError(`--image: expected NAME=FILE with NAME one of ${containers.join(", ")}, got ${text}`);
      return [name, file];
    }),
  );

/** @throws UsageError */
export const parseOptions = (argv: string[]): DemoOptions => {
  const options = {
    host: { type: "string" },
    key: { type: "string" },
    image: { type: "string", multiple: true, default: [] as string[] },
    name: { type: "string" },
    json: { type: "boolean", default: false },
    down: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  const { values } = (() => {
    try {
      return parseArgs({ args: argv, options });
    } catch (cause) {
      throw new UsageError(`${(cause as Error).message}\n${usage}`);
    }
  })();
  const name = values.name ?? defaultName();
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name))
    throw new UsageError(`--name: expected up to 31 lower-case letters, digits and -, got ${name}`);
  return {
    name,
    ...(values.host ? { host: parseHost(values.host) } : {}),
    ...(values.key ? { key: values.key } : {}),
    images: parseImages([...values.image]),
    json: values.json,
    down: values.down,
    help: values.help,
  };
};

/** Where a demo keeps its state and passphrase: $XDG_STATE_HOME/watchpost/demos/NAME. */
export const demoFolder = (name: string, env: NodeJS.ProcessEnv = process.env): string =>
  join(env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "watchpost", "demos", name);
