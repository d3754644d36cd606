import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rig } from "../../rig.ts";

/** Containers and units of all users are metrics under the names that people know. */
export const containers = (rig: Rig): void => {
  const value = async (query: string) => Number((await rig.guest.metric(query)).value[1]);

  test("a declared container runs, under its service", async () => {
    const { metric } = await rig.guest.metric('podman_container_state{container="shop-web"} == 2');
    const { user, unit, service, host, job } = metric;
    assert.deepEqual(
      { user, unit, service, host, job },
      { user: "shop", unit: "shop-web.service", service: "shop", host: rig.name, job: "node" },
    );
    assert.equal(await value('podman_container_health{container="shop-web"} == 0'), 0);
    const started = await value('time() - podman_container_started_seconds{container="shop-web"}');
    assert.ok(started > 0 && started < 3600, `${started} s`);
  });

  test("an unhealthy one is seen to be", async () => {
    assert.equal(await value('podman_container_health{container="shop-worker",service="shop"} == 1'), 1);
  });

  test("the exit code of one that ended is kept", async () => {
    await rig.guest.sh("podman run --name shop-once --network none localhost/watchpost-test/tools:1 'exit 3' || true", {
      user: "shop",
    });
    assert.equal(await value('podman_container_exit_code{user="shop",container="shop-once"} == 3'), 3);
    assert.equal(await value('podman_container_state{user="shop",container="shop-once"}'), 5);
  });

  test("a crash loop is the restarts of its unit", async () => {
    const restarts = 'systemd_user_service_restarts_total{user="mill",unit="mill-crash.service",service="mill"}';
    assert.ok((await value(`${restarts} >= 2`)) >= 2);
  });

  test("a failed unit of a user is seen", async () => {
    await rig.guest.sh("systemd-run --user --quiet --unit fails false; true", { user: "press" });
    const { metric } = await rig.guest.metric('systemd_user_unit_state{user="press",state="failed"} == 1');
    assert.deepEqual([metric.unit, metric.service], ["fails.service", "press"]);
  });

  test("what nobody declared is there too, and marked", async () => {
    const { metric } = await rig.guest.metric('podman_container_state{user="stray"} == 2');
    assert.deepEqual([metric.container, metric.service], ["stray-cat", "undeclared"]);
  });

  test("root's containers are among them", async () => {
    const { metric } = await rig.guest.metric('podman_container_state{user="root",container="watchpost-alloy"} == 2');
    assert.equal(metric.service, "watchpost");
  });

  test("CPU and processes are measured by unit, not by a path", async () => {
    const names = { user: "shop", unit: "shop-web.service", container: "shop-web", service: "shop" };
    const selector = Object.entries(names).map(([label, text]) => `${label}="${text}"`);
    assert.ok((await value(`container_cpu_usage_seconds_total{${selector}} > 0`)) > 0);
    const ids = await rig.guest.metrics('{__name__=~"container_.+",unit=~".*[0-9a-f]{64}.*"}');
    assert.deepEqual(ids, []);
  });

  test("each look tells how it went", async () => {
    assert.deepEqual(
      (await rig.guest.metrics("watchpost_collector_errors > 0")).map(({ metric }) => metric.user),
      [],
    );
    assert.ok((await value("time() - watchpost_collector_last_run_timestamp_seconds")) < 60);
  });

  test("a host without ZFS has none of its metrics, and nothing is said about it", async () => {
    assert.deepEqual(await rig.guest.metrics('{__name__=~"zfs_.+"}'), []);
    assert.equal(await rig.guest.sh("journalctl -q -u watchpost-collector -p warning -o cat"), "");
  });
};
