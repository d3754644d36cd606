import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { baseTree } from "../../throwaway/base-tree.ts";
import { findHost, hostNames, rebootHost, removeHost, startHost, type ThrowawayHost } from "../../throwaway/host.ts";
import { unable } from "../../throwaway/machine.ts";
import { type Place, placeOf } from "../../throwaway/place.ts";
import { processesOf } from "../../throwaway/processes.ts";
import { run } from "../../throwaway/run.ts";
import { until } from "../../throwaway/until.ts";
import { exists } from "../../toolchain/cache.ts";
import { noTraces, tracesOf } from "./traces.ts";

const CLI = join(import.meta.dirname, "../../throwaway/cli.ts");

async function ssh(
  host: ThrowawayHost,
  user: string,
  command: string,
  knownHosts = host.knownHostsFile,
): Promise<string> {
  const pinned = ["-o", `UserKnownHostsFile=${knownHosts}`, "-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes"];
  const { stdout } = await promisify(execFile)("ssh", [
    "-i",
    host.privateKeyFile,
    ...pinned,
    `${user}@${host.address}`,
    command,
  ]);
  return stdout.trim();
}

const inGuest = async (host: ThrowawayHost, ...argv: string[]): Promise<string> => {
  const { status, stdout, stderr } = await run(host, argv);
  assert.equal(status, 0, `${argv.join(" ")}: ${stderr}`);
  return stdout.trim();
};

describe("throwaway hosts", { skip: unable() ?? false, concurrency: false }, () => {
  const names = ["one", "two", "killed"];
  let one: ThrowawayHost;
  let two: ThrowawayHost;

  before(async () => {
    process.env.XDG_STATE_HOME = await mkdtemp(join(tmpdir(), "watchpost-test-")); // apart from the hosts of people
    await baseTree();
    [one, two] = await Promise.all([startHost("one"), startHost("two")]);
  });

  after(async () => {
    for (const name of names) await removeHost(name);
    await rm(process.env.XDG_STATE_HOME as string, { recursive: true });
  });

  test("two started at once have addresses, keys and ids of their own", async () => {
    assert.notEqual(one.address, two.address);
    assert.notEqual(one.hostKey, two.hostKey);
    assert.notEqual(one.privateKey, two.privateKey);
    const ids = await Promise.all([one, two].map((host) => inGuest(host, "cat", "/etc/machine-id")));
    assert.match(ids.join(" "), /^[0-9a-f]{32} [0-9a-f]{32}$/);
    assert.notEqual(ids[0], ids[1]);
    assert.deepEqual(await hostNames(), ["one", "two"]);
  });

  test("a running one is adopted", async () => {
    assert.deepEqual(await startHost("one"), one);
    assert.deepEqual(await findHost("one"), one);
    assert.equal(await findHost("nobody"), undefined);
  });

  test("ssh by the pinned key works for root, a sudoer and a user without sudo", async () => {
    assert.equal(await ssh(one, "root", "id -un; hostname; date +%Z"), "root\none\nUTC");
    assert.equal(await ssh(one, "admin", "sudo -n id -un"), "root");
    await assert.rejects(ssh(one, "nosudo", "sudo -n id -un"), /password is required/);
  });

  test("ssh refuses another host's key and a password", async () => {
    const wrong = join(placeOf("one").folder, "wrong_known_hosts");
    await writeFile(wrong, `${one.address} ${two.hostKey}\n`);
    await assert.rejects(ssh(one, "root", "true", wrong), /Host key verification failed/);
    assert.match(await inGuest(one, "sshd", "-T"), /^passwordauthentication no$/m);
  });

  test("the system is up in full, listens on ssh alone and has no way out", async () => {
    assert.equal(await inGuest(one, "systemctl", "is-system-running", "--wait"), "running");
    const sockets = (await inGuest(one, "ss", "-Hltun")).split("\n").map((line) => line.split(/\s+/)[4]);
    assert.deepEqual(sockets.sort(), ["0.0.0.0:22", "[::]:22"]);
    const { stderr } = await run(one, ["ip", "route", "get", "1.1.1.1"]);
    assert.match(stderr, /unreachable/);
  });

  for (const how of ["clean", "power"] as const) {
    test(`a reboot (${how}) keeps the files, the address and the keys`, async () => {
      await ssh(
        one,
        "root",
        `echo ${how} > /root/kept; echo ${how} > /usr/local/kept; logger before-${how}; journalctl --sync`,
      );
      const bootId = await inGuest(one, "cat", "/proc/sys/kernel/random/boot_id");
      const again = await rebootHost(one, how);
      assert.deepEqual({ ...again, leader: 0, root: "" }, { ...one, leader: 0, root: "" });
      assert.notEqual(again.leader, one.leader);
      one = again;
      assert.notEqual(await inGuest(one, "cat", "/proc/sys/kernel/random/boot_id"), bootId);
      assert.equal(await ssh(one, "root", "cat /root/kept /usr/local/kept"), `${how}\n${how}`);
      assert.match(await ssh(one, "root", "journalctl -b -1"), new RegExp(`before-${how}`));
    });
  }

  test("a reboot from within comes back by itself", async () => {
    const leader = one.leader;
    await ssh(one, "root", "systemctl reboot").catch(() => {}); // the connection may be cut before it ends
    one = await until("the guest has another init", 60_000, async () => {
      const host = await findHost("one");
      return host?.leader === leader ? undefined : host;
    });
    assert.deepEqual(await startHost("one"), one);
    assert.equal(await ssh(one, "root", "cat /root/kept"), "power");
  });

  const stages: Record<string, (place: Place) => Promise<boolean>> = {
    "its files are copied": ({ root }) => exists(root),
    "its keys are made": ({ key }) => exists(key),
    "it boots": async (place) => (await processesOf(place)).length > 1,
    "its journal opens": async ({ root }) => (await readdir(join(root, "var/log/journal")).catch(() => [])).length > 0,
  };
  for (const [stage, reached] of Object.entries(stages)) {
    test(`a start that is killed while ${stage} is cleaned by the next one`, async () => {
      const place = placeOf("killed");
      const start = spawn(process.execPath, [CLI, "start", "killed"], { stdio: "ignore" });
      const ended = once(start, "exit");
      await until(stage, 20_000, async () => ((await reached(place)) || start.exitCode !== null ? true : undefined));
      start.kill("SIGKILL");
      await ended;
      const host = await startHost("killed");
      assert.equal(await ssh(host, "root", "hostname"), "killed");
      await removeHost("killed");
      assert.deepEqual(await tracesOf("killed"), noTraces);
    });
  }

  test("one that does not boot in time says what its console said, and leaves nothing", async () => {
    await assert.rejects(
      startHost("killed", { timeout: 1 }),
      /waited 0.001 s in vain until the throwaway host killed answers.*its console/s,
    );
    assert.deepEqual(await tracesOf("killed"), noTraces);
  });

  test("removing leaves nothing, twice over, and does not touch the other", async () => {
    await removeHost("one");
    await removeHost("one");
    assert.deepEqual(await tracesOf("one"), noTraces);
    assert.equal(await findHost("one"), undefined);
    assert.equal(await ssh(two, "root", "hostname"), "two");
  });

  test("a name that is no host name is refused", async () => {
    await assert.rejects(
      startHost("Not/A Name"),
      /1 to 32 of a-z, 0-9 and "-", starting with a letter; got "Not\/A Name"/,
    );
  });
});
