import type { Thresholds } from "../thresholds.ts";
import type { Board, Row } from "./board.ts";
import { dashboardPath, dataLink, ofRow, ofSeries } from "./links.ts";
import { logLines, logVolume } from "./log-panels.ts";
import { openStates, statusTints, upStates } from "./mappings.ts";
import { heatmap, lines, stat, timeline } from "./panels.ts";
import { loki, prom } from "./queries.ts";
import { above, below } from "./steps.ts";
import { table } from "./tables.ts";
import { host, several } from "./variables.ts";

const h = 'host="$host"';
const rate = "[$__rate_interval]";
const e = `${h},job=~"$service",instance=~"$instance"`;
// Envoy's own admin pages are no traffic
const down = `${e},envoy_http_conn_manager_prefix=~"$listener",envoy_http_conn_manager_prefix!="admin"`;
const up = `${e},envoy_cluster_name=~"$cluster"`;
const lineSelector = `{${h}, service=~"$service"}`;
const errorLines = `{${h}, service=~"$service", level=~"error|critical"}`;

const downRate = (more = "") => `sum(rate(envoy_http_downstream_rq_xx{${down}${more}}${rate}))`;
// a status that has never been has no series: with nothing else, it is none
const downErrors = `(${downRate(',envoy_response_code_class="5"')} or vector(0)) / ${downRate()}`;
const downLatency = (quantile: number) =>
  `histogram_quantile(${quantile}, sum by (le) (rate(envoy_http_downstream_rq_time_bucket{${down}}${rate})))`;

const byCluster = (metric: string, more = "") => `sum by (envoy_cluster_name) (rate(${metric}{${up}${more}}${rate}))`;
const clusterErrors = `${byCluster("envoy_cluster_upstream_rq_xx", ',envoy_response_code_class="5"')} / ${byCluster("envoy_cluster_upstream_rq_xx")}`;
const clusterLatency = (quantile: number) =>
  `histogram_quantile(${quantile}, sum by (le, envoy_cluster_name) (rate(envoy_cluster_upstream_rq_time_bucket{${up}}${rate})))`;
const clusterLinks = [
  dataLink("This cluster alone", dashboardPath("envoy", { cluster: ofSeries("envoy_cluster_name") })),
];
const lineLinks = [dataLink("Envoy's log lines", dashboardPath("envoy", {}, "Envoy's log lines"))];

const glance = (at: Thresholds): Row => ({
  panels: [
    stat({ title: "Requests", unit: "reqps", decimals: 1, queries: [prom(downRate())] }),
    stat({
      title: "Errors",
      about: "The share of answers with 5xx, of all that were given.",
      unit: "percentunit",
      decimals: 2,
      queries: [prom(downErrors)],
      steps: above(undefined, at.requestErrors),
      links: lineLinks,
    }),
    stat({
      title: "p95",
      about: "95 % of requests are answered within this time.",
      unit: "ms",
      decimals: 0,
      queries: [prom(downLatency(0.95))],
      steps: above(1000 * at.upstreamLatency),
    }),
    stat({ title: "Connections", queries: [prom(`sum(envoy_http_downstream_cx_active{${down}})`)] }),
    stat({
      title: "Unhealthy",
      about: "Endpoints that are known and get no requests.",
      queries: [prom(`sum(envoy_cluster_membership_total{${up}}) - sum(envoy_cluster_membership_healthy{${up}})`)],
      steps: above(1),
      links: lineLinks,
    }),
    stat({
      title: "Breakers",
      about: "A cluster is at the most connections or requests that it is allowed; more are refused.",
      queries: [
        prom(
          // those that a cluster has; a sum of four would be nothing where one is missing
          `sum({__name__=~"envoy_cluster_circuit_breakers_default_(cx|rq|rq_pending|rq_retry)_open",${up}})`,
        ),
      ],
      none: "0",
      steps: above(1),
    }),
    stat({
      title: "TLS",
      about: "The first certificate to expire, of all that Envoy has loaded.",
      unit: "d",
      // without certificates Envoy says 2^32 - 1
      queries: [prom(`min(envoy_server_days_until_first_cert_expiring{${e}} < 100000)`)],
      steps: below(at.certificateExpires, at.certificateExpiresSoon),
    }),
    stat({
      title: "Live",
      about: "Envoys that are live, of those that are declared.",
      unit: "percentunit",
      decimals: 0,
      queries: [prom(`sum(envoy_server_live{${e}}) / count(up{${e}})`)],
      none: "none",
      steps: below(undefined, 1),
      links: lineLinks,
    }),
  ],
});

const downstream = (at: Thresholds): Row => ({
  title: "Listeners: what clients see",
  panels: [
    lines({
      title: "Requests by status",
      unit: "reqps",
      stacked: true,
      tints: statusTints,
      width: 8,
      queries: [
        prom(
          `sum by (envoy_response_code_class) (rate(envoy_http_downstream_rq_xx{${down}}${rate}))`,
          "{{envoy_response_code_class}}xx",
        ),
      ],
      links: lineLinks,
    }),
    lines({
      title: "Server errors by listener",
      about: "The share of answers with 5xx.",
      unit: "percentunit",
      width: 8,
      steps: above(undefined, at.requestErrors),
      queries: [
        prom(
          `sum by (envoy_http_conn_manager_prefix) (rate(envoy_http_downstream_rq_xx{${down},envoy_response_code_class="5"}${rate})) / sum by (envoy_http_conn_manager_prefix) (rate(envoy_http_downstream_rq_xx{${down}}${rate}))`,
          "{{envoy_http_conn_manager_prefix}}",
        ),
      ],
      none: "none",
      links: lineLinks,
    }),
    lines({
      title: "Time to answer",
      unit: "ms",
      width: 8,
      steps: above(1000 * at.upstreamLatency),
      queries: [prom(downLatency(0.5), "p50"), prom(downLatency(0.95), "p95"), prom(downLatency(0.99), "p99")],
    }),
    heatmap({
      title: "Requests by time to answer",
      about: "How many requests took how long: two bands are two kinds of requests.",
      unit: "ms",
      width: 8,
      queries: [prom(`sum by (le) (increase(envoy_http_downstream_rq_time_bucket{${down}}${rate}))`)],
    }),
    lines({
      title: "Connections by listener",
      unit: "short",
      decimals: 0,
      width: 8,
      queries: [
        prom(
          `sum by (envoy_http_conn_manager_prefix) (envoy_http_downstream_cx_active{${down}})`,
          "{{envoy_http_conn_manager_prefix}}",
        ),
      ],
    }),
    lines({
      title: "Refused and broken connections",
      about: "TLS handshakes that failed, connections beyond a listener's limit, requests that timed out.",
      unit: "ops",
      width: 8,
      none: "none",
      queries: [
        prom(
          `sum by (envoy_listener_address) (rate(envoy_listener_ssl_connection_error{${e}}${rate}))`,
          "TLS error {{envoy_listener_address}}",
        ),
        prom(
          `sum by (envoy_listener_address) (rate(envoy_listener_downstream_cx_overflow{${e}}${rate}))`,
          "beyond limit {{envoy_listener_address}}",
        ),
        prom(
          `sum by (envoy_http_conn_manager_prefix) (rate(envoy_http_downstream_rq_timeout{${down}}${rate}))`,
          "timed out {{envoy_http_conn_manager_prefix}}",
        ),
      ],
    }),
  ],
});

const upstream = (at: Thresholds): Row => ({
  title: "Clusters: what services answer",
  panels: [
    table({
      title: "Clusters",
      about: "Click on a cluster to see it alone.",
      width: 24,
      height: 9,
      keys: [
        {
          label: "envoy_cluster_name",
          title: "Cluster",
          links: [dataLink("This cluster alone", dashboardPath("envoy", { cluster: ofRow("Cluster") }))],
        },
      ],
      columns: [
        {
          title: "Requests",
          unit: "reqps",
          decimals: 1,
          query: prom(byCluster("envoy_cluster_upstream_rq_completed")),
        },
        {
          title: "Server errors",
          unit: "percentunit",
          decimals: 2,
          steps: above(undefined, at.requestErrors),
          query: prom(clusterErrors),
        },
        { title: "p50", unit: "ms", decimals: 0, query: prom(clusterLatency(0.5)) },
        {
          title: "p95",
          unit: "ms",
          decimals: 0,
          steps: above(1000 * at.upstreamLatency),
          query: prom(clusterLatency(0.95)),
        },
        { title: "p99", unit: "ms", decimals: 0, query: prom(clusterLatency(0.99)) },
        {
          title: "Healthy",
          decimals: 0,
          query: prom(`sum by (envoy_cluster_name) (envoy_cluster_membership_healthy{${up}})`),
        },
        {
          title: "Known",
          decimals: 0,
          query: prom(`sum by (envoy_cluster_name) (envoy_cluster_membership_total{${up}})`),
        },
        {
          title: "Connections",
          decimals: 0,
          query: prom(`sum by (envoy_cluster_name) (envoy_cluster_upstream_cx_active{${up}})`),
        },
      ],
      sort: "Requests",
    }),
    lines({
      title: "Requests by cluster",
      unit: "reqps",
      width: 8,
      queries: [prom(byCluster("envoy_cluster_upstream_rq_completed"), "{{envoy_cluster_name}}")],
      links: clusterLinks,
    }),
    lines({
      title: "Server errors by cluster",
      about: "The share of answers with 5xx, those included that Envoy gave because no upstream did.",
      unit: "percentunit",
      width: 8,
      none: "none",
      steps: above(undefined, at.requestErrors),
      queries: [prom(clusterErrors, "{{envoy_cluster_name}}")],
      links: clusterLinks,
    }),
    lines({
      title: "p95 by cluster",
      unit: "ms",
      width: 8,
      steps: above(1000 * at.upstreamLatency),
      queries: [prom(clusterLatency(0.95), "{{envoy_cluster_name}}")],
      links: clusterLinks,
    }),
    lines({
      title: "Upstreams that fail",
      about:
        "Connections that could not be made, requests that timed out or found no healthy upstream, failed health checks.",
      unit: "ops",
      width: 8,
      none: "none",
      steps: above(at.connectFailures),
      queries: [
        prom(`${byCluster("envoy_cluster_upstream_cx_connect_fail")} > 0`, "{{envoy_cluster_name}} not connected"),
        prom(`${byCluster("envoy_cluster_upstream_rq_timeout")} > 0`, "{{envoy_cluster_name}} timed out"),
        prom(`${byCluster("envoy_cluster_upstream_cx_none_healthy")} > 0`, "{{envoy_cluster_name}} none healthy"),
        prom(`${byCluster("envoy_cluster_health_check_failure")} > 0`, "{{envoy_cluster_name}} health check failed"),
      ],
      links: clusterLinks,
    }),
    lines({
      title: "Healthy upstreams",
      about: "The share of a cluster's endpoints that get requests.",
      unit: "percentunit",
      max: 1,
      width: 8,
      queries: [
        prom(
          `sum by (envoy_cluster_name) (envoy_cluster_membership_healthy{${up}}) / (sum by (envoy_cluster_name) (envoy_cluster_membership_total{${up}}) > 0)`,
          "{{envoy_cluster_name}}",
        ),
      ],
      links: clusterLinks,
    }),
    lines({
      title: "Ejected upstreams",
      about: "Endpoints that outlier detection has taken out for a while.",
      unit: "short",
      decimals: 0,
      width: 8,
      queries: [
        prom(
          `sum by (envoy_cluster_name) (envoy_cluster_outlier_detection_ejections_active{${up}})`,
          "{{envoy_cluster_name}}",
        ),
      ],
      none: "no outlier detection",
      links: clusterLinks,
    }),
    timeline({
      title: "Circuit breakers",
      about: "Open: the cluster is at its limit of connections, requests, waiting requests or retries.",
      width: 12,
      height: 8,
      mappings: openStates,
      queries: ["cx", "rq", "rq_pending", "rq_retry"].map((what) =>
        prom(
          `max by (envoy_cluster_name) (envoy_cluster_circuit_breakers_default_${what}_open{${up}})`,
          `{{envoy_cluster_name}} ${what}`,
        ),
      ),
    }),
    lines({
      title: "Retries and refusals",
      about: "Requests that Envoy tried again, and those that it refused because a circuit breaker was open.",
      unit: "ops",
      width: 12,
      none: "none",
      queries: [
        prom(`${byCluster("envoy_cluster_upstream_rq_retry")} > 0`, "{{envoy_cluster_name}} tried again"),
        prom(`${byCluster("envoy_cluster_upstream_rq_pending_overflow")} > 0`, "{{envoy_cluster_name}} queue full"),
        prom(`${byCluster("envoy_cluster_upstream_cx_overflow")} > 0`, "{{envoy_cluster_name}} connections full"),
      ],
      links: clusterLinks,
    }),
  ],
});

const itself: Row = {
  title: "Envoy itself",
  panels: [
    timeline({
      title: "Envoys",
      about: "Whether each answers, and is live.",
      width: 8,
      height: 8,
      mappings: upStates,
      queries: [
        prom(`min by (job, instance) (up{${e}})`, "{{job}} {{instance}} answers"),
        prom(`min by (job, instance) (envoy_server_live{${e}})`, "{{job}} {{instance}} live"),
      ],
    }),
    lines({
      title: "Memory allocated",
      unit: "bytes",
      width: 8,
      queries: [prom(`envoy_server_memory_allocated{${e}}`, "{{job}} {{instance}}")],
    }),
    lines({
      title: "Up for",
      about: "A fall to 0 is a restart.",
      unit: "s",
      width: 8,
      queries: [prom(`envoy_server_uptime{${e}}`, "{{job}} {{instance}}")],
    }),
    logVolume({ title: "Lines by level", expr: lineSelector, by: ["level"], links: lineLinks }),
    lines({
      title: "Error lines",
      unit: "short",
      decimals: 0,
      bars: true,
      queries: [loki(`sum by (unit) (count_over_time(${errorLines} [$__auto]))`, "{{unit}}")],
      links: lineLinks,
      none: "none",
    }),
    logLines({
      title: "Envoy's log lines",
      about: "Of the service that Envoy is declared as. Access logs are there if Envoy writes them to its output.",
      expr: lineSelector,
    }),
  ],
};

/** Rate, errors and duration of what goes through Envoy. */
export const envoyBoard = (at: Thresholds): Board => ({
  name: "envoy",
  kind: "envoy",
  about: "Rate, errors and duration of requests by listener and cluster, upstream health, circuit breakers, TLS.",
  variables: [
    host("envoy_server_live"),
    several({ name: "service", label: "Service", from: `envoy_server_live{${h}}`, values: "job" }, null),
    several({
      name: "instance",
      label: "Instance",
      from: `envoy_server_live{${h},job=~"$service"}`,
      values: "instance",
    }),
    several({
      name: "listener",
      label: "Listener",
      about: "By its stat_prefix.",
      from: `envoy_http_downstream_cx_active{${e},envoy_http_conn_manager_prefix!="admin"}`,
      values: "envoy_http_conn_manager_prefix",
    }),
    several({
      name: "cluster",
      label: "Cluster",
      from: `envoy_cluster_membership_total{${e}}`,
      values: "envoy_cluster_name",
    }),
  ],
  rows: [glance(at), downstream(at), upstream(at), itself],
});
