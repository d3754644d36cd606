import assert from "node:assert/strict";
import { test } from "node:test";
import { allQueries } from "../../../queries/all-queries.ts";
import { ask } from "../../../queries/asked.ts";
import { whyWithoutData } from "../../../queries/without-data.ts";
import { envoyTraffic } from "../../neighbours/envoy.ts";
import type { Rig } from "../../rig.ts";

const ports = { promql: 9090, logql: 3100 } as const;

/** Every panel, variable and rule, asked of the real Prometheus and Loki. */
export const queries = (rig: Rig): void => {
  test("every query of dashboards and rules finds something, or it is known why not", async () => {
    const get = (language: keyof typeof ports, path: string) =>
      rig.guest.sh(`curl -sS 'http://127.0.0.1:${ports[language]}${path.replaceAll("'", "%27")}'`);
    // a rate is seen of a counter that was there before
    await envoyTraffic(rig.guest, 100, 3);
    await rig.guest.metric('sum(rate(envoy_cluster_upstream_rq_xx{envoy_response_code_class="5"}[5m])) > 0.2');
    const asked = await ask(allQueries(), get, rig.name, 1);
    assert.deepEqual(
      asked.flatMap(({ where, expr, error }) => (error ? [`${where}: ${error} in ${expr}`] : [])),
      [],
    );
    assert.deepEqual(
      asked.flatMap((one) => (one.results > 0 || whyWithoutData(one) ? [] : [`${one.where}: ${one.expr}`])),
      [],
    );
  });
};
