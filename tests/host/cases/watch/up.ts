import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../../throwaway/until.ts";
import { onlySame } from "../../expect.ts";
import type { TwoHosts } from "../../outside/two-hosts.ts";

interface Status {
  key: string;
  results: { success: boolean; errors?: string[] }[];
}

/** The watch host beside the server, from one program. */
export const up = (two: TwoHosts): void => {
  test("brings both hosts up", { timeout: 300_000 }, async () => {
    const { changes } = await two.rig.stack.up();
    assert.deepEqual(Object.keys(changes), ["create"]);
    const state = (unit: string) => two.watch.guest.pod(`systemctl --user is-active ${unit}`);
    assert.equal(await state("watchpost-gatus.service"), "active");
    await two.startHeartbeat();
  });

  test("a second up --refresh changes nothing", async () => onlySame(await two.rig.stack.up({ refresh: true })));

  test("Gatus sees the server from the other host, and takes its beat", async () => {
    const url = "http://127.0.0.1:8080/api/v1/endpoints/statuses";
    const seen = await until("both are well", 60_000, async () => {
      const all: Status[] = JSON.parse(await two.watch.guest.sh(`curl -sS ${url}`));
      const last = Object.fromEntries(all.map(({ key, results }) => [key, results.at(-1)?.success]));
      return Object.values(last).every(Boolean) && Object.keys(last).length > 1 ? last : undefined;
    });
    assert.deepEqual(Object.keys(seen).sort(), [`host_${two.rig.name}-ssh`, "watchpost_heartbeat"]);
  });

  test("Gatus listens on the loopback only, as a user who is not root", async () => {
    const listening = await two.watch.guest.sh("ss -Hltn 'sport = :8080' | awk '{print $4}'");
    assert.equal(listening, "127.0.0.1:8080");
    assert.equal(await two.watch.guest.sh("ps -o user:32= -p $(pgrep -x gatus)"), "watchpost");
  });
};
