import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../../throwaway/until.ts";
import { serviceUser, startContainers } from "../../neighbours/service-users.ts";
import type { Rig } from "../../rig.ts";

/** The services of a user made after the deployment need no other one. */
export const freshUser = (rig: Rig): void => {
  test("appears with containers and lines under the user's name, without another up", async () => {
    await serviceUser(rig.guest, "fresh");
    const script = 'while true; do echo "level=error msg=new"; sleep 1; done';
    await startContainers(rig.guest, "fresh", {
      "fresh-app": { script },
      "fresh-file": { script, container: { LogDriver: "k8s-file" } },
    });
    for (const container of ["fresh-app", "fresh-file"]) {
      const { metric } = await rig.guest.metric(`podman_container_state{user="fresh",container="${container}"} == 2`);
      assert.equal(metric.service, "undeclared");
      const query = `{user="fresh",container="${container}",service="undeclared",level="error"}`;
      await until(`Loki has ${query}`, 60_000, async () => (await rig.guest.lines(query).catch(() => []))[0]);
    }
    await rig.guest.metric('container_cpu_usage_seconds_total{user="fresh",container="fresh-app"}');
  });
};
