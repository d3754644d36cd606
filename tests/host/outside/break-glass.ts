import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { projectFolder } from "../../../demo/stack.ts";
import { until } from "../../../throwaway/until.ts";

const command = join(projectFolder, "commands/break-glass.ts");

/** Runs break-glass as its user would, without an engine, a state or a passphrase at hand. */
export const startBreakGlass = (args: string[]) => {
  const { PATH = "", HOME = "" } = process.env;
  const folders = PATH.split(":").filter((folder) => !folder.includes("pulumi"));
  const env = { HOME, PATH: folders.join(":") };
  const child = spawn(process.execPath, [command, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => {
      said += text;
    });
  const ended = once(child, "exit").then(([status]) => status as number | null);
  return {
    said: () => said,
    opened: () => until("all is open", 60_000, async () => said.includes("open until ^C") || undefined),
    interrupt: () => child.kill("SIGINT"),
    ended,
  };
};
