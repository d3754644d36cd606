import { ruleGroup } from "./rule.ts";

const by = "host, job, instance, service";
const byCluster = `${by}, envoy_cluster_name`;
const byListener = `${by}, envoy_http_conn_manager_prefix`;

// below that many requests a second, one that fails is a large share
const enough = "0.1";

const rates = (labels: string, metric: string) => `sum by (${labels}) (rate(${metric}[5m]))`;
const serverErrors = 'envoy_response_code_class="5"';
const breakers = ["cx", "rq_pending", "rq", "rq_retry"].map(
  (kind) => `(max by (${byCluster}) (envoy_cluster_circuit_breakers_default_${kind}_open) > 0)`,
);

/** Envoys, by the service or job that they are scraped as. */
export const envoy = ruleGroup("envoy", "watchpost-envoy", [
  {
    uid: "watchpost-envoy-not-live",
    name: "EnvoyNotLive",
    severity: "critical",
    for: "2m",
    expr: "envoy_server_live",
    below: 1,
    summary: "Envoy {job} on {host} is not live",
    description:
      "The Envoy {job} at {instance} answers, and says that it is not live: it drains, or has no config yet.",
  },
  {
    uid: "watchpost-envoy-server-errors",
    name: "EnvoyServerErrors",
    severity: "critical",
    for: "5m",
    expr:
      `${rates(byListener, `envoy_http_downstream_rq_xx{${serverErrors}}`)} / ` +
      `(${rates(byListener, "envoy_http_downstream_rq_completed")} > ${enough})`,
    above: "requestErrors",
    summary: "Envoy {job} on {host} answers {value} of requests with 5xx",
    description:
      "{envoy_http_conn_manager_prefix} of Envoy {job} answers {value} of its requests with 5xx (limit {threshold}).",
  },
  {
    uid: "watchpost-envoy-upstream-errors",
    name: "EnvoyUpstreamErrors",
    severity: "critical",
    for: "5m",
    expr:
      `${rates(byCluster, `envoy_cluster_upstream_rq_xx{${serverErrors}}`)} / ` +
      `(${rates(byCluster, "envoy_cluster_upstream_rq_completed")} > ${enough})`,
    above: "requestErrors",
    summary: "{envoy_cluster_name} behind Envoy {job} answers {value} of requests with 5xx",
    description:
      "The cluster {envoy_cluster_name} of Envoy {job} on {host} answers {value} with 5xx (limit {threshold}).",
  },
  {
    uid: "watchpost-envoy-upstream-down",
    name: "EnvoyUpstreamDown",
    severity: "critical",
    for: "2m",
    expr: "envoy_cluster_membership_healthy and envoy_cluster_membership_total > 0",
    below: 1,
    summary: "{envoy_cluster_name} behind Envoy {job} is down",
    description: "No endpoint of the cluster {envoy_cluster_name} of Envoy {job} on {host} is healthy.",
  },
  {
    uid: "watchpost-envoy-upstream-degraded",
    name: "EnvoyUpstreamDegraded",
    severity: "warning",
    for: "10m",
    expr: "(envoy_cluster_membership_healthy > 0) / envoy_cluster_membership_total",
    below: 1,
    summary: "Some of {envoy_cluster_name} behind Envoy {job} is down",
    description: "Some endpoints of the cluster {envoy_cluster_name} of Envoy {job} on {host} are not healthy.",
  },
  {
    uid: "watchpost-envoy-upstream-slow",
    name: "EnvoyUpstreamSlow",
    severity: "warning",
    for: "10m",
    // milliseconds
    expr:
      `histogram_quantile(0.95, ${rates(`le, ${byCluster}`, "envoy_cluster_upstream_rq_time_bucket")}) / 1000 ` +
      `and ${rates(byCluster, "envoy_cluster_upstream_rq_completed")} > ${enough}`,
    above: "upstreamLatency",
    summary: "{envoy_cluster_name} behind Envoy {job} is slow: {value}",
    description: "One in 20 answers of {envoy_cluster_name} takes longer than {value} (limit {threshold}).",
  },
  {
    uid: "watchpost-envoy-upstream-timeouts",
    name: "EnvoyUpstreamTimeouts",
    severity: "warning",
    for: "10m",
    expr:
      `${rates(byCluster, "envoy_cluster_upstream_rq_timeout")} / ` +
      `(${rates(byCluster, "envoy_cluster_upstream_rq_completed")} > ${enough})`,
    above: "requestTimeouts",
    summary: "{value} of requests to {envoy_cluster_name} behind Envoy {job} time out",
    description:
      "{value} of the requests to the cluster {envoy_cluster_name} of Envoy {job} time out (limit {threshold}).",
  },
  {
    uid: "watchpost-envoy-connect-failures",
    name: "EnvoyConnectFailures",
    severity: "warning",
    for: "5m",
    expr: "rate(envoy_cluster_upstream_cx_connect_fail[5m])",
    above: "connectFailures",
    summary: "Envoy {job} cannot connect to {envoy_cluster_name}: {value}",
    description: "{value} connections of Envoy {job} on {host} to {envoy_cluster_name} fail (limit {threshold}).",
  },
  {
    uid: "watchpost-envoy-circuit-breaker-open",
    name: "EnvoyCircuitBreakerOpen",
    severity: "warning",
    for: "2m",
    expr: breakers.join(" or "),
    above: 0,
    summary: "Envoy {job} turns requests to {envoy_cluster_name} away",
    description: "A circuit breaker of the cluster {envoy_cluster_name} of Envoy {job} on {host} is open.",
  },
  {
    uid: "watchpost-envoy-certificate-expires",
    name: "EnvoyCertificateExpires",
    severity: "warning",
    for: "1h",
    expr: "envoy_server_days_until_first_cert_expiring",
    below: "certificateExpires",
    summary: "A certificate of Envoy {job} on {host} expires in {value}",
    description:
      "The first certificate of Envoy {job} to expire is valid for {value} (limit {threshold}): renewal fails.",
  },
  {
    uid: "watchpost-envoy-certificate-expires-soon",
    name: "EnvoyCertificateExpiresSoon",
    severity: "critical",
    for: "10m",
    expr: "envoy_server_days_until_first_cert_expiring",
    below: "certificateExpiresSoon",
    summary: "A certificate of Envoy {job} on {host} expires in {value}",
    description:
      "The first certificate of Envoy {job} to expire is valid for {value} (limit {threshold}): renew it by hand.",
  },
]);
