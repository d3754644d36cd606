import type { Kind } from "../../config/inventory.ts";

/** What is known of a kind of target. */
export interface ScrapeKind {
  /** Asks the target itself for less. */
  params?: Record<string, string[]>;
  /** Metric names that are kept, as a regular expression over the whole name; all without it. */
  keep?: string;
  /** Histogram buckets that are kept, by their upper bound; all without it. */
  buckets?: string[];
  /** A metric that this kind always has: a target without it is something else. */
  proof?: string;
  /** Samples of a scrape before any is left out: beyond them the scrape fails. */
  sampleLimit: number;
}

/** Several times what a usual exporter has. */
export const defaultSampleLimit = 20_000;

// rates, errors, latency, connections, circuit breakers, upstream health: per cluster 15 and the latency's buckets
const envoyKeep = [
  "envoy_http_downstream_(rq_xx|rq_total|rq_completed|rq_active|rq_timeout|cx_active|cx_total|cx_destroy_remote)",
  "envoy_http_downstream_rq_time_(bucket|sum|count)",
  "envoy_cluster_upstream_(rq_xx|rq_total|rq_completed|rq_active|rq_timeout|rq_retry|rq_pending_overflow)",
  "envoy_cluster_upstream_(cx_active|cx_total|cx_connect_fail|cx_overflow|cx_none_healthy)",
  "envoy_cluster_upstream_rq_time_(bucket|sum|count)",
  "envoy_cluster_membership_(healthy|total)",
  "envoy_cluster_health_check_failure",
  "envoy_cluster_outlier_detection_ejections_active",
  "envoy_cluster_circuit_breakers_default_(cx|rq|rq_pending|rq_retry)_open",
  "envoy_listener_(downstream_cx_active|downstream_cx_total|downstream_cx_overflow|ssl_connection_error)",
  "envoy_server_(live|state|uptime|memory_allocated|total_connections|days_until_first_cert_expiring)",
].join("|");

const authentikKeep = [
  // application health, flow execution, policy evaluation, outposts, workers and their queue; not the histograms by
  // object and by mapping, nor the buckets by task, two thirds of all that a server in use has
  "authentik_main_request_duration_seconds_.+",
  "authentik_flows_(cached|plan_time_.+|execution_stage_time_.+)",
  "authentik_policies_(cached|execution_time_.+)",
  "authentik_outposts?_.+",
  "authentik_admin_workers",
  "authentik_tasks_(workers|queued|.*total|.*in_progress|duration_milliseconds_(sum|count))",
  "django_http_(requests|responses)_.*total.*",
  "django_db_(execute|errors|new_connections)_.*total",
  "process_.+",
].join("|");

/** By kind: sources are each project's own list of metrics. */
export const scrapeKinds: Record<Kind, ScrapeKind> = {
  prometheus: { sampleLimit: defaultSampleLimit },
  envoy: {
    params: { usedonly: [""] },
    keep: envoyKeep,
    // milliseconds
    buckets: ["5", "10", "25", "50", "100", "250", "500", "1000", "2500", "5000", "10000", "30000", "+Inf"],
    proof: "envoy_server_live",
    // 500 clusters have 112,000
    sampleLimit: 200_000,
  },
  // a worker has it too
  authentik: { keep: authentikKeep, proof: "authentik_flows_cached", sampleLimit: defaultSampleLimit },
  zrepl: {
    keep: "zrepl_.+|process_.+|go_(goroutines|memstats_alloc_bytes)",
    proof: "zrepl_start_time",
    sampleLimit: defaultSampleLimit,
  },
};

/** The metrics by which the stack's own jobs are known. */
export const ownProofs: Record<string, string> = {
  node: "node_uname_info",
  prometheus: "prometheus_build_info",
  loki: "loki_build_info",
  grafana: "grafana_build_info",
  alloy: "alloy_build_info",
  triage: "watchpost_triage_queue_length",
};
