import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { stackFile } from "../../../../config/stack-file.ts";
import { startBreakGlass as start } from "../../outside/break-glass.ts";
import type { TwoHosts } from "../../outside/two-hosts.ts";

const urls = (said: string): Record<string, string> =>
  Object.fromEntries([...said.matchAll(/^(\w+) +(http:\/\/127\.0\.0\.1:\d+)/gm)].map(([, name, url]) => [name, url]));

/** The way in when names, proxy and login are down. */
export const breakGlass = (two: TwoHosts): void => {
  const args = (stack: string) => ["--stack", stack, "--key", two.rig.host.privateKeyFile];
  // a stack whose server has a name that nobody finds any more
  const nameless = async () => {
    const stack = `${two.rig.name}-nameless`;
    const text = await readFile(stackFile(two.rig.name), "utf8");
    await writeFile(stackFile(stack), text.replaceAll(`address: ${two.rig.host.address}`, "address: web.invalid"));
    return stack;
  };

  test("opens Grafana, Prometheus and Loki by the stack's file and a key, and closes them at the end", async () => {
    const run = start(args(two.rig.name));
    await run.opened();
    const { grafana, prometheus, loki } = urls(run.said());
    const ok = async (url: string | undefined, path: string) => (await fetch(`${url}${path}`)).ok;
    assert.ok(await ok(grafana, "/api/health"));
    assert.ok(await ok(prometheus, "/api/v1/query?query=up"));
    assert.ok(await ok(loki, "/loki/api/v1/labels"));
    run.interrupt();
    assert.equal(await run.ended, 0);
    assert.match(run.said(), /^closed +by SIGINT: the ssh connection and ports \d+, \d+, \d+/m);
    await assert.rejects(fetch(`${loki}/ready`));
  });

  test("prints the local admin's password, as the host has it, only when it is asked to", async () => {
    const password = (await two.rig.stack.stack.outputs()).grafanaAdminPassword?.value as string;
    for (const shown of [true, false]) {
      const run = start([...args(two.rig.name), ...(shown ? ["--show-password"] : [])]);
      await run.opened();
      run.interrupt();
      await run.ended;
      assert.equal(run.said().includes(password), shown);
      assert.match(run.said(), /^login +break-glass /m);
    }
  });

  test("takes the server's address where DNS is down, and says so where it has none", async () => {
    const stack = await nameless();
    const lost = start(args(stack));
    assert.equal(await lost.ended, 1);
    assert.match(lost.said(), /break-glass: .*the name web\.invalid is not found \(.*\): check hosts\.\S+\.address/);
    const run = start([...args(stack), "--address", two.rig.host.address]);
    await run.opened();
    run.interrupt();
    assert.equal(await run.ended, 0);
  });

  test("refuses another machine at that address", async () => {
    const run = start([...args(two.rig.name), "--address", two.watch.host.address]);
    assert.equal(await run.ended, 1);
    assert.match(run.said(), /the host key is SHA256:\S+, expected the pinned/);
  });
};
