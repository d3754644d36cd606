import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../../throwaway/until.ts";
import { startContainers } from "../../neighbours/service-users.ts";
import type { Rig } from "../../rig.ts";
import { hideFiles, linkFolder, linkLog, makePipe, makeSparse } from "../../tenants/links.ts";
import { alloy, lateness, startBait } from "../../tenants/users.ts";

/** Whatever a user makes of a ctr.log, it is read with that user's rights, and costs that user's lines alone. */
export const ctrLogOfOthers = (rig: Rig): void => {
  const mallory = (script: string) => rig.guest.sh(`set -e\n${script}`, { user: "mallory" });
  const arrives = (query: string) =>
    until(`Loki has ${query}`, 90_000, async () => (await rig.guest.countLines(query).catch(() => 0)) > 0 || undefined);
  const excess = (what: string) =>
    until(`mallory's ${what} is counted`, 60_000, async () =>
      (await rig.guest.metrics(`{__name__=~"watchpost_(collector_excess|ctr_log_excess_total)",what="${what}"}`)).find(
        ({ value }) => Number(value[1]) > 0,
      ),
    );

  test("lines of a user's ctr.log are stored under the user's name", { timeout: 180_000 }, async () => {
    await arrives('{user="shop",container="shop-file",unit="shop-file.service",service="shop",source="ctr.log"}');
    assert.ok((await lateness(rig.guest)) <= 5);
  });

  test("a link leads to nothing that is not the user's own", { timeout: 240_000 }, async () => {
    await hideFiles(rig.guest, "PROBE");
    const bait = await startBait(rig.guest, "bait");
    await arrives('{user="mallory",container="bait"} |= "I am bait"');
    const [linked, parent, shops] = await Promise.all(
      ["linked", "parent", "shops"].map((name) => startBait(rig.guest, name)),
    );
    for (const name of ["linked", "parent", "shops"]) await arrives(`{user="mallory",container="${name}"}`);
    await mallory(
      [
        linkLog(`${linked}`, "/root/probe"),
        linkLog(`${shops}`, "/home/shop/probe"),
        linkFolder(`${parent}`, "/root/hidden"),
      ].join("\n"),
    );
    // a look and the reader have been there since
    await rig.guest.sh("for i in 1 2; do systemctl start watchpost-collector.service; done");
    await mallory(`echo "$(date -u +%FT%T.%NZ) stdout F after the links" >>${bait}/ctr.log`);
    await arrives('{user="mallory",container="bait"} |= "after the links"');
    assert.equal(await rig.guest.countLines('{source=~".+"} |= "PROBE" != "COMMAND="'), 0);
    await excess("ctr_log_files");
  });

  test("Alloy has nothing open below anybody's home", async () => {
    const open = await rig.guest.sh(
      "for pid in $(pgrep -x alloy); do ls -l /proc/$pid/fd; done | grep -F /home/ || true",
    );
    assert.equal(open, "");
  });

  test("a sparse terabyte, a pipe and a line without an end cost nobody else a line", {
    timeout: 300_000,
  }, async () => {
    const before = await alloy(rig.guest);
    const [sparse, pipe] = await Promise.all(["sparse", "pipe"].map((name) => startBait(rig.guest, name)));
    for (const name of ["sparse", "pipe"]) await arrives(`{user="mallory",container="${name}"}`);
    await mallory(`${makeSparse(`${sparse}`)}\n${makePipe(`${pipe}`)}`);
    const endless = `awk 'BEGIN { for (;;) printf "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" }'`;
    const limited = { LogDriver: "k8s-file", PodmanArgs: "--log-opt=max-size=100m" };
    await startContainers(rig.guest, "mallory", { endless: { script: endless, container: limited } });
    await excess("bytes_of_long_lines");
    // a log that comes now is found and read
    const fresh = { script: "echo fresh; sleep 1000", container: { LogDriver: "k8s-file" } };
    await startContainers(rig.guest, "shop", { "shop-fresh": fresh });
    await arrives('{user="shop",container="shop-fresh"} |= "fresh"');
    assert.ok((await lateness(rig.guest)) <= 5);
    assert.equal(await alloy(rig.guest), before);
    await mallory("systemctl --user stop endless sparse pipe");
    await lostNone();
  });

  /** Of shop's numbered lines Loki has each one once. */
  const lostNone = async () => {
    for (const container of ["shop-web", "shop-file"]) {
      const lines = await rig.guest.lines(`{user="shop",container="${container}"} |= "tick"`);
      const numbers = lines.map((line) => Number(line.split(" ")[1]));
      assert.deepEqual(
        numbers,
        numbers.map((_, index) => (numbers[0] ?? 0) + index),
        container,
      );
    }
  };
};
