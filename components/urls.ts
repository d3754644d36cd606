import type { Config } from "../config/config.ts";

/** Where the stack answers, as seen on the host itself: everything listens on its loopback only. */
export const urls = ({ loki, prometheus, grafana, alloy }: Config) => ({
  lokiUrl: `http://${loki.listen}`,
  lokiPushUrl: `http://${loki.listen}/loki/api/v1/push`,
  prometheusUrl: `http://${prometheus.listen}`,
  prometheusRemoteWriteUrl: `http://${prometheus.listen}/api/v1/write`,
  grafanaUrl: grafana.enabled ? (grafana.rootUrl ?? `http://${grafana.listen}`) : null,
  alloyUrl: `http://${alloy.listen}`,
});
