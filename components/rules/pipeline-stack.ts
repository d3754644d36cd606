import { grown } from "./promql.ts";
import { ruleGroup } from "./rule.ts";

/** The stack's own parts: Alloy, Loki, Prometheus, Grafana, the triage. */
export const pipelineStack = ruleGroup("pipeline", "watchpost-stack", [
  {
    uid: "watchpost-alloy-config-refused",
    name: "AlloyConfigRefused",
    severity: "warning",
    for: "5m",
    expr: "alloy_config_last_load_successful",
    below: 1,
    summary: "Alloy on {host} runs with an old config",
    description: "Alloy on {host} could not load its config and goes on with the one before.",
  },
  {
    uid: "watchpost-alloy-component-unhealthy",
    name: "AlloyComponentUnhealthy",
    severity: "warning",
    for: "15m",
    expr: 'sum by (host) (alloy_component_controller_running_components{health_type!="healthy"})',
    above: 0,
    summary: "Alloy on {host} has unhealthy components: {value}",
    description: "{value} components of Alloy on {host} are not healthy: something of its config is not collected.",
  },
  {
    uid: "watchpost-loki-requests-fail",
    name: "LokiRequestsFail",
    severity: "warning",
    for: "10m",
    expr:
      'sum by (host, route) (rate(loki_request_duration_seconds_count{status_code=~"5.."}[5m])) / ' +
      "sum by (host, route) (rate(loki_request_duration_seconds_count[5m]))",
    above: "lokiRequestErrors",
    summary: "Loki on {host} fails {value} of requests to {route}",
    description: "Loki on {host} answers {value} of the requests to {route} with 5xx (limit {threshold}).",
  },
  {
    uid: "watchpost-loki-many-streams",
    name: "LokiManyStreams",
    severity: "warning",
    for: "15m",
    expr: "sum by (host) (loki_ingester_memory_streams)",
    above: "lokiStreams",
    summary: "Loki on {host} has {value} streams",
    description: "Loki on {host} has {value} streams in memory (limit {threshold}); of each user it takes 2000.",
  },
  {
    uid: "watchpost-loki-retention-fails",
    name: "LokiRetentionFails",
    severity: "warning",
    for: "0s",
    expr: `sum by (host) ${grown('loki_compactor_apply_retention_operation_total{status="failure"}', "3h")}`,
    above: 0,
    summary: "Loki on {host} cannot delete old logs",
    description:
      "Loki's retention on {host} has failed {value} times in three hours: logs are kept until the disk is full.",
  },
  {
    uid: "watchpost-prometheus-config-refused",
    name: "PrometheusConfigRefused",
    severity: "warning",
    for: "5m",
    expr: "prometheus_config_last_reload_successful",
    below: 1,
    summary: "Prometheus on {host} runs with an old config",
    description: "Prometheus on {host} could not load its config and goes on with the one before.",
  },
  {
    uid: "watchpost-prometheus-storage-errors",
    name: "PrometheusStorageErrors",
    severity: "critical",
    for: "0s",
    expr:
      "increase(prometheus_tsdb_compactions_failed_total[3h]) " +
      "+ increase(prometheus_tsdb_wal_corruptions_total[3h]) " +
      "+ increase(prometheus_tsdb_head_truncations_failed_total[3h])",
    above: 0,
    summary: "Prometheus on {host} has trouble with its storage",
    description:
      "Prometheus on {host} failed {value} times in three hours to keep its data in order: a full or broken disk.",
  },
  {
    uid: "watchpost-prometheus-many-series",
    name: "PrometheusManySeries",
    severity: "warning",
    for: "30m",
    expr: "prometheus_tsdb_head_series",
    above: "prometheusSeries",
    summary: "Prometheus on {host} has {value} series",
    description:
      "Prometheus on {host} has {value} series in memory (limit {threshold}): some label has too many values.",
  },
  {
    uid: "watchpost-rules-fail",
    name: "RulesFail",
    severity: "warning",
    for: "15m",
    expr: "sum by (host) (increase(grafana_alerting_rule_evaluation_failures_total[5m]))",
    above: 0,
    summary: "Grafana on {host} cannot evaluate alert rules",
    description:
      "Grafana on {host} failed {value} times in 5 minutes to evaluate a rule: it keeps its state and is blind.",
  },
  {
    uid: "watchpost-notifications-fail",
    name: "NotificationsFail",
    severity: "critical",
    for: "0s",
    expr: `sum by (host, integration) ${grown("grafana_alerting_notifications_failed_total", "15m")}`,
    above: 0,
    summary: "Grafana on {host} cannot deliver alerts by {integration}",
    description:
      "{value} notifications by {integration} have failed in 15 minutes: look at other ways of getting alerts.",
  },
  {
    uid: "watchpost-triage-falls-back",
    name: "TriageFallsBack",
    severity: "warning",
    for: "0s",
    // one answer that cannot be used is no trouble
    expr: `sum by (host) ${grown("watchpost_triage_fallbacks_total", "1h")}`,
    above: 2,
    summary: "Triage on {host} does without its model",
    description:
      "To {value} triages of the last hour on {host} the model gave no usable answer: it is down or too small.",
  },
]);
