import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, type TestContext, test } from "node:test";
import { providerText } from "../../providers/host-resource.ts";
import { until } from "../../throwaway/until.ts";
import { freePort } from "../free-port.ts";
import { kill, type Program, programsBelow, stillTheSame } from "../host/processes.ts";
import { callProviders, project } from "./provider-process.ts";
import type { SlowJobInputs } from "./slow-job.ts";

const host = join(project, "node_modules/@pulumi/pulumi/cmd/dynamic-provider");
const ours = join(project, "toolchain/launchers/pulumi-resource-pulumi-nodejs");

/** How the engine comes to the node that runs the providers. */
const launchers = {
  "a shell that becomes node": ["sh", "-c", 'exec node "$0" "$@"', host],
  "a shell that stays, as the vendor's": ["sh", ours],
  "layers of shells": ["sh", "-c", 'sh -c "sh $0 $*; true" "$0" "$@"; true', ours],
};
const vendors = launchers["a shell that stays, as the vendor's"];

const slowJob = providerText(new URL("./slow-job.ts", import.meta.url).href);
const tunnel = providerText("./providers/ssh-tunnel.ts");
// nobody listens there: nothing of this logs in
const address = { name: "web", address: "127.0.0.1", port: "1", user: "root", key: "ssh-ed25519 AAAA" };
const settings = Object.fromEntries(Object.entries(address).map(([key, value]) => [`host:${key}`, value]));

// seconds on a machine that is free
const patience = 60_000;

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer().listen(port, "127.0.0.1");
  const free = await once(server, "listening").then(
    () => true,
    ({ code }) => code !== "EADDRINUSE",
  );
  server.close();
  return free;
};

describe("a provider's process", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "watchpost-end-"));
  });
  after(() => rm(folder, { recursive: true }));

  /** An engine with a provider that it has started. */
  const start = async (t: TestContext, command: string[]) => {
    const engine = spawn(process.execPath, [join(import.meta.dirname, "fake-engine.ts"), ...command], {
      cwd: project,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const started: Program[] = [];
    t.after(async () => kill([engine.pid as number, ...(await stillTheSame(started)).map(({ pid }) => pid)]));
    const said: string[] = [];
    createInterface(engine.stdout).on("line", (line) => said.push(line));
    const says = (pattern: RegExp, times = 1) =>
      until(`the engine says ${pattern} ${times} times`, patience, async () => {
        return said.filter((line) => pattern.test(line))[times - 1];
      });
    const [launcher, port = ""] = (await says(/^\d+ \d+$/)).split(" ");
    started.push(...(await programsBelow(engine.pid as number)));
    const calls = await callProviders(port, settings);
    t.after(() => calls.close());
    const file = join(folder, `${launcher}`);
    return {
      says,
      tunnelFrom: (port: number) => calls.check(tunnel, { port, toHost: "127.0.0.1", toPort: 3000 }),
      work: (how: Omit<SlowJobInputs, "file"> = {}) => calls.create(slowJob, { file, ...how }),
      started: () => readFile(file, "utf8").then((text) => text.split("\n").slice(0, -1)),
      killEngine: () => engine.kill("SIGKILL"),
      hangUp: () => engine.kill("SIGUSR2"),
      /** As the engine ends it: launcher and node are asked alike. */
      ask: (signal: NodeJS.Signals) => process.kill(-Number(launcher), signal),
      gone: () =>
        until("the provider's processes are gone", patience, async () =>
          (await stillTheSame(started)).length === 0 ? true : undefined,
        ),
    };
  };

  for (const [name, command] of Object.entries(launchers))
    test(`ends by itself once its engine was killed, where ${name} started it`, async (t) => {
      const { tunnelFrom, killEngine, gone } = await start(t, command);
      const port = await freePort();
      await tunnelFrom(port);
      assert.equal(await isFree(port), false);
      killEngine();
      await gone();
      // the kernel may still be at it
      await until("the port is free", patience, async () => (await isFree(port)) || undefined);
    });

  test("ends so from the first that is asked of it on, and in the middle of a job", async (t) => {
    const { work, started, killEngine, gone } = await start(t, vendors);
    work({ endless: true }).catch(() => {}); // nobody is left to answer it
    await until("the job has begun", patience, () => started().catch(() => undefined));
    killEngine();
    await gone();
  });

  test("lives on with an engine that only hung up", async (t) => {
    const { says, work, started, hangUp, killEngine, gone } = await start(t, vendors);
    await work();
    await says(/^session$/);
    hangUp();
    await says(/^session$/, 2);
    await work();
    assert.deepEqual(await started(), ["started", "started"]);
    killEngine();
    await gone();
  });

  test("ends at once when its engine asks it to", async (t) => {
    const { says, tunnelFrom, ask } = await start(t, launchers["a shell that becomes node"]);
    await tunnelFrom(await freePort());
    ask("SIGINT");
    await says(/^exit SIGINT$/);
  });
});
