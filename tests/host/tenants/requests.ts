/** The stack's ports on the host's loopback. */
export const ports = { grafana: 3000, loki: 3100, prometheus: 9090, alloy: 12345 };

/** What a user of the host may ask the stack for, to see or to harm others: paths, and whose port. */
export const requests = [
  ["/loki/api/v1/labels", ports.loki],
  ["/loki/api/v1/push", ports.loki],
  ["/ingester/prepare_shutdown", ports.loki],
  ["/api/v1/query?query=up", ports.prometheus],
  ["/api/v1/write", ports.prometheus],
  ["/-/reload", ports.alloy],
  ["/debug/pprof/heap", ports.alloy],
  ["/-/support", ports.alloy],
  ["/login", ports.grafana],
] as const;
