import assert from "node:assert/strict";
import { test } from "node:test";
import { envoyTraffic } from "../../neighbours/envoy.ts";
import type { Rig } from "../../rig.ts";

/** Envoy, zrepl and Authentik under the same job, instance and service as everywhere. */
export const scrapes = (rig: Rig): void => {
  const value = async (query: string) => Number((await rig.guest.metric(query)).value[1]);

  for (const [job, instance, proof] of [
    ["envoy", "127.0.0.1:9901", "envoy_server_live"],
    ["zrepl", "127.0.0.1:9811", "zrepl_start_time"],
    ["authentik", "127.0.0.1:9300", "authentik_flows_cached"],
  ] as const)
    test(`${job} is up, and it is really it`, async () => {
      assert.equal(await value(`up{job="${job}",instance="${instance}",service="${job}",host="${rig.name}"} == 1`), 1);
      await rig.guest.metric(`${proof}{job="${job}",service="${job}"}`);
    });

  test("Envoy's requests are counted by the class of their status", async () => {
    const before = await value(
      'sum(envoy_http_downstream_rq_xx{envoy_http_conn_manager_prefix="ingress"}) or vector(0)',
    );
    const sent = await envoyTraffic(rig.guest, 25, 3);
    const total = Object.values(sent).reduce((sum, count) => sum + count, 0);
    await rig.guest.metric(
      `sum(envoy_http_downstream_rq_xx{envoy_http_conn_manager_prefix="ingress"}) >= ${before + total}`,
    );
    for (const code of ["2", "3", "4", "5"])
      assert.ok(
        (await value(
          `envoy_http_downstream_rq_xx{envoy_http_conn_manager_prefix="ingress",envoy_response_code_class="${code}"}`,
        )) >= 25,
      );
  });

  test("Envoy's latency, circuit breakers, connections and upstream health are kept, and nothing beyond the keep-list", async () => {
    for (const query of [
      'envoy_http_downstream_rq_time_bucket{envoy_http_conn_manager_prefix="ingress",le="100.0"}',
      'envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="c0",le="+Inf"}',
      'envoy_cluster_circuit_breakers_default_cx_open{envoy_cluster_name="c0"}',
      'envoy_http_downstream_cx_active{envoy_http_conn_manager_prefix="ingress"}',
      'envoy_cluster_membership_healthy{envoy_cluster_name="dead"} == 0',
      'envoy_cluster_membership_healthy{envoy_cluster_name="c0"} == 1',
    ])
      await rig.guest.metric(query);
    assert.deepEqual(
      await rig.guest.metrics('{__name__=~"envoy_(runtime|filesystem|workers|main_thread|cluster_manager).+"}'),
      [],
    );
    const bounds = await rig.guest.metrics(
      'count by (le) (envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="c0"})',
    );
    assert.equal(bounds.length, 13);
  });

  test("zrepl's failed snapshots are in its log entries", async () => {
    await rig.guest.metric('zrepl_daemon_log_entries{zrepl_job="snap",level="error"} > 0');
  });

  test("Authentik's flows, policies and workers are there", async () => {
    for (const name of [
      "authentik_flows_execution_stage_time_count",
      "authentik_policies_execution_time_count",
      "authentik_tasks_workers",
    ])
      await rig.guest.metric(name);
  });
};
