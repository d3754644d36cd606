import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../../throwaway/until.ts";
import { startContainers } from "../../neighbours/service-users.ts";
import type { Rig } from "../../rig.ts";

/** Containers on podman's k8s-file driver are followed by their file. */
export const ctrLog = (rig: Rig): void => {
  const lines = (query: string) => rig.guest.lines(query).catch(() => [] as string[]);
  const some = (query: string, count = 1) =>
    until(`Loki has ${count} of ${query}`, 60_000, async () => {
      const found = await lines(query);
      return found.length >= count ? found : undefined;
    });

  test("under user, unit, container and service, and not in the journal too", async () => {
    const names = 'user="press",container="press-file",unit="press-file.service",service="press"';
    await some(`{${names},source="ctr.log"}`, 3);
    assert.deepEqual(await lines('{container="press-file",source="journal"} |= "page"'), []);
  });

  test("a line in parts is one", async () => {
    const script = `awk 'BEGIN { printf "long "; for (i = 0; i < 5000; i++) printf "%08dü ", i; print "end" }'; sleep 1000`;
    await startContainers(rig.guest, "press", { "press-long": { script, container: { LogDriver: "k8s-file" } } });
    const [line = ""] = await some('{container="press-long"}');
    assert.equal(line.length, 50_008);
    assert.match(line, /^long 00000000ü .* 00004999ü end$/);
  });

  test("over rotations and a truncation no line is lost and none is there twice", { timeout: 180_000 }, async () => {
    const count = 2000;
    const lines = `i=0; while [ $i -lt ${count} ]; do i=$((i + 1)); printf '%s %05d\\n' $word $i; [ $((i % 20)) -gt 0 ] || sleep 0.2; done`;
    const wait = (word: string) => `word=${word}; echo ready for $word; until [ -e /tmp/$word ]; do sleep 0.2; done`;
    const script = [wait("turn"), lines, wait("cut"), lines, "sleep 1000"].join("; ");
    // about five rotations a round
    const container = { LogDriver: "k8s-file", PodmanArgs: "--log-opt=max-size=20k", ReadOnly: false };
    await startContainers(rig.guest, "press", { "press-turn": { script, container } });
    const go = (word: string) => rig.guest.sh(`podman exec press-turn touch /tmp/${word}`, { user: "press" });
    const complete = async (word: string) => {
      const query = `{container="press-turn"} |~ "^${word} "`;
      await until(
        `Loki has all lines of ${word}`,
        60_000,
        async () => (await rig.guest.countLines(query).catch(() => 0)) >= count || undefined,
      );
      assert.equal(await rig.guest.countLines(query), count, "lines doubled");
      assert.equal(new Set(await rig.guest.lines(query)).size, count, "lines lost");
    };
    // what podman throws away before the log is known is lost
    await some('{container="press-turn"} |= "ready for turn"');
    await go("turn");
    await complete("turn");
    await some('{container="press-turn"} |= "ready for cut"');
    await rig.guest.sh("truncate --size 0 $(podman inspect --format '{{.HostConfig.LogConfig.Path}}' press-turn)", {
      user: "press",
    });
    await go("cut");
    await complete("cut");
  });
};
