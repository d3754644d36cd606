import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "../../../../toolchain/command.ts";
import { sendBeats } from "../../../stand-ins/grafana-heartbeat.ts";
import { doneBy } from "../../expect.ts";
import { silence } from "../../outside/dead-man.ts";
import { type TwoHosts, timing, tokens } from "../../outside/two-hosts.ts";
import { watchHere, watchThere } from "../../watch.ts";

// where podman keeps a copy for the one container that has the secret
const mountOfSecret = /\/overlay-containers\/[0-9a-f]{64}\/userdata\/secrets\/watchpost-gatus$/;

/** The tokens of the heartbeat and of the watch's own webhook. */
export const tokenCases = (two: TwoHosts): void => {
  const changed = "swordfish-of-another-hook";

  test("a wrong token is refused, and its beats are none: the silence is told, and the right one ends it", {
    timeout: 500_000,
  }, async (context) => {
    const { rig, beat, sink } = two;
    const answer = `curl -sS -o /dev/null -w '%{http_code}' -X POST -H 'Authorization: Bearer wrong' '${beat.url}'`;
    assert.equal(await rig.guest.sh(answer), "401");
    if (rig.realGrafana) return context.diagnostic("its beats have the token that Gatus has: both are one setting");
    const began = Date.now();
    await sendBeats(rig.guest, { ...beat, token: "wrong" });
    const seconds = await sink.wait(silence, "firing", began, timing.within + 60);
    assert.ok(seconds <= timing.within, `${seconds} s`);
    assert.equal(sink.told.at(-1)?.authorization, `Bearer ${tokens.hook}`);
    await sendBeats(rig.guest, beat);
    await sink.wait(silence, "resolved", began, timing.within);
  });

  test("another token reaches Gatus alone, and shows in no process's arguments or environment", {
    timeout: 200_000,
  }, async () => {
    const { rig, watch, watchName } = two;
    const values = [changed, tokens.heartbeat, tokens.hook];
    const [here, there] = [watchHere(values), await watchThere(watch.guest, values)];
    rig.stack = await rig.open({ secrets: { ...two.secrets, "watch.webhook.token": changed } });
    const done = await doneBy((listener) => rig.stack.up(listener));
    assert.deepEqual([...here.stop(), ...(await there.stop())], []);
    const name = `${watchName}-uptime-watch`;
    assert.deepEqual(done, { [`${name}-secret`]: "update", [`${name}-gatus`]: "update" });
  });

  test("no file and no line of the journal of the watch host holds one, but for the copy that podman mounts", async () => {
    const { guest } = two.watch;
    const input = [changed, tokens.heartbeat].join("\n");
    const folders = "/etc /home /opt /root /run /srv /tmp /var";
    const search = `find ${folders} -type f -size -64M ! -path /run/values -print0 | xargs -0 grep -laF -f /run/values`;
    const found = await guest.sh(`cat >/run/values; ${search}; rm /run/values`, { input });
    const files = found.split("\n").filter(Boolean);
    assert.ok(files.length > 0, "the copy itself was found: the search works");
    assert.deepEqual(
      files.filter((file) => !mountOfSecret.test(file)),
      [],
    );
    const journal = "journalctl -q -o export >/run/exported; grep -acF -f - /run/exported || true; rm /run/exported";
    assert.equal(await guest.sh(journal, { input }), "0");
  });

  test("neither the state nor the config holds one in plaintext", async () => {
    const { folder, configFile } = two.rig;
    const script = 'grep -rlaF -f - "$@" || true';
    const input = [changed, tokens.heartbeat].join("\n");
    assert.equal((await run("bash", ["-c", script, "bash", `${folder}/state`, configFile], { input })).trim(), "");
  });
};
