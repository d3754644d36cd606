import assert from "node:assert/strict";
import { cp, mkdir, readdir, symlink } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { before, describe, test } from "node:test";
import { backendUrl, projectFolder } from "../../demo/stack.ts";
import { type CommandError, run, which } from "../../toolchain/command.ts";
import { ensureEngine } from "../../toolchain/engine.ts";
import { allUp } from "./guest.ts";
import { skip as unable, useRig } from "./rig.ts";

const path = unable ? "" : [(await ensureEngine({ standIns: true })).path, process.env.PATH].join(delimiter);
// it comes in the vendor's archive beside the engine, and is no Go module that could be built
const languageHost = await which("pulumi-language-nodejs", path);
const skip = unable || (!languageHost && "pulumi-language-nodejs is neither beside the engine nor on PATH");

/** Of the annotated stack, what this host does not have. */
const absent = ["services", "logs", "scrape"];
/** What goes into a Grafana, which the real plugin cannot do with a stand-in. */
const ofGrafana = ["grafana.login", "alerting", "watch"];

describe("the pulumi command line with the annotated stack", { skip, concurrency: false }, () => {
  const rig = useRig({ name: "command-line" });
  let project: string;
  const pulumi = (args: string[], input?: string): Promise<string> =>
    // the engine tells of its failure on standard output, and warns on the other
    run("sh", ["-c", 'pulumi "$@" 2>&1', "pulumi", ...args, "--stack=prod", "--non-interactive", "--color=never"], {
      cwd: project,
      env: {
        ...process.env,
        ...rig.engine.env,
        PATH: path,
        PULUMI_BACKEND_URL: backendUrl(rig.folder),
        PULUMI_CONFIG_PASSPHRASE: "correct horse",
      },
      ...(input === undefined ? {} : { input }),
    });
  const set = (key: string, value: unknown) => pulumi(["config", "set", "--path", key, String(value)]);

  before(async () => {
    project = join(rig.folder, "project");
    await mkdir(project);
    await mkdir(join(rig.folder, "state"), { recursive: true });
    // a project of its own, so that no stack file of the repository is written
    for (const name of await readdir(projectFolder))
      if (/^Pulumi\.(prod\.)?yaml$/.test(name)) await cp(join(projectFolder, name), join(project, name));
      else if (!name.startsWith("Pulumi.")) await symlink(join(projectFolder, name), join(project, name));
    await pulumi(["stack", "init"]);
  });

  test("a mistake in the config is told alone, without a stack", async () => {
    await assert.rejects(pulumi(["preview"]), ({ message }: CommandError) => {
      assert.match(
        message,
        /error: the config has a mistake:\n\s+hosts\.web-1\.hostKey: expected the host's public key/,
      );
      assert.doesNotMatch(message, /unhandled exception|^\s+at /m);
      return true;
    });
  });

  test("a preview needs no host", async () => {
    const { address, hostKey, privateKey } = rig.host;
    const { grafana, prometheus, loki, alloy } = rig.config() as Record<string, { archive: string; access?: string }>;
    for (const key of [...absent, ...(grafana?.access === "none" ? ofGrafana : [])])
      await pulumi(["config", "rm", "--path", key]);
    await set("hosts.web-1.address", "192.0.2.1");
    await set("hosts.web-1.hostKey", hostKey);
    await pulumi(["config", "set", "--path", "hosts.web-1.privateKey", "--secret"], privateKey);
    for (const [name, { archive = "" } = {}] of Object.entries({ grafana, prometheus, loki, alloy }))
      await set(`${name}.archive`, archive);
    await set("grafana.access", grafana?.access);
    await set("prometheus.scrapeInterval", "2s");
    await set("alerting.thresholds.fileSystemFree", 0.2);
    assert.match(await pulumi(["preview", "--suppress-outputs"]), /Resources:\n {4}\+ \d+ to create\n/);
    await set("hosts.web-1.address", address);
  });

  test("an up brings it there", async () => {
    await pulumi(["up", "--yes", "--skip-preview"]);
    assert.deepEqual(await rig.guest.ownTargets(), allUp);
  });

  test("a second one, and one that refreshes, change nothing", async () => {
    const up = ["up", "--yes", "--skip-preview", "--expect-no-changes"];
    await pulumi(up);
    await pulumi([...up, "--refresh", "--run-program"]);
  });

  test("a look for drift tells it by its exit status, and changes nothing", async () => {
    const look = ["preview", "--refresh", "--expect-no-changes"];
    const file = "/etc/watchpost/alloy/config.alloy";
    await pulumi(look);
    await rig.guest.sh(`echo '// by hand' >>${file}`);
    await assert.rejects(pulumi(look), /no changes were expected/);
    assert.match(await rig.guest.sh(`tail -n 1 ${file}`), /by hand/);
  });

  test("a destroy takes it away", async () => {
    await pulumi(["destroy", "--yes", "--skip-preview"]);
    await rig.guest.sh("[ ! -e /etc/watchpost ]");
  });
});
