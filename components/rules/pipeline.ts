import { pipelineLogs } from "./pipeline-logs.ts";
import { pipelineStack } from "./pipeline-stack.ts";
import { ruleGroup } from "./rule.ts";

// others have nothing to report on many hosts, and say so in the same way
const needed = "cpu|diskstats|filesystem|loadavg|meminfo|netdev|stat|systemd|textfile|timex|vmstat";

/** Whether what is measured arrives at all: sources, targets, the host's collector; then the logs' way and the stack. */
export const pipeline = [
  ...ruleGroup("pipeline", "watchpost-stack", [
    {
      uid: "watchpost-watchdog",
      name: "Watchdog",
      severity: "info",
      for: "0s",
      // silent with whatever it stands for: Alloy, Prometheus, Grafana, the host; a restart is no silence
      expr: 'max(max_over_time(up{job="node"}[5m]))',
      above: 0,
      error: "OK",
      summary: "Metrics come in and alerts get out",
      description:
        "Fires as long as all is well, as a heartbeat: who receives it raises an alarm when it stops coming.",
    },
    {
      uid: "watchpost-data-source-down",
      name: "DataSourceDown",
      severity: "critical",
      for: "5m",
      expr: 'up{job=~"prometheus|loki"}',
      below: 1,
      noData: "Alerting",
      error: "Alerting",
      summary: "The data source {job|Prometheus} does not answer",
      description:
        "{job|Prometheus} does not answer: until it does, no rule over it is evaluated, and states are kept.",
    },
    {
      uid: "watchpost-target-down",
      name: "TargetDown",
      severity: "critical",
      for: "5m",
      expr: 'up{job!~"prometheus|loki"}',
      below: 1,
      summary: "{job} at {instance} does not answer",
      description:
        "The scrape of {job} at {instance}, from {host}, fails: it is down, or its address or port has changed.",
    },
    {
      uid: "watchpost-host-metrics-missing",
      name: "HostMetricsMissing",
      severity: "critical",
      for: "5m",
      expr: 'sum(up{job="node"}) or vector(0)',
      below: 1,
      noData: "Alerting",
      summary: "There are no metrics of the host",
      description:
        "Alloy sends no metrics of the host: it is down, or cannot reach Prometheus. All rules over them are blind.",
    },
    {
      uid: "watchpost-host-metrics-incomplete",
      name: "HostMetricsIncomplete",
      severity: "warning",
      for: "15m",
      expr: `node_scrape_collector_success{collector=~"${needed}"}`,
      below: 1,
      summary: "Some metrics of {host} are missing: {collector}",
      description:
        "The collector {collector} of Alloy's node exporter fails on {host}: the rules over its metrics are blind.",
    },
    {
      uid: "watchpost-scrape-slow",
      name: "ScrapeSlow",
      severity: "warning",
      for: "15m",
      expr: "scrape_duration_seconds",
      above: "scrapeDuration",
      summary: "The scrape of {job} at {instance} takes {value}",
      description: "The scrape of {job} at {instance} takes {value} (limit {threshold}), and is broken off after 10s.",
    },
    {
      uid: "watchpost-metrics-not-delivered",
      name: "MetricsNotDelivered",
      severity: "critical",
      for: "5m",
      expr: "sum by (host) (increase(prometheus_remote_storage_samples_failed_total[10m]))",
      above: 0,
      summary: "Prometheus refuses metrics from Alloy on {host}",
      description: "{value} samples that Alloy on {host} sent in 10 minutes were refused for good: they are lost.",
    },
    {
      uid: "watchpost-collector-stale",
      name: "CollectorStale",
      severity: "warning",
      for: "5m",
      expr: "time() - watchpost_collector_last_run_timestamp_seconds",
      above: "collectorAge",
      summary: "The collector on {host} has not run for {value}",
      description: "What is known of containers, units and pools of {host} is {value} old (limit {threshold}).",
    },
    {
      uid: "watchpost-collector-errors",
      name: "CollectorErrors",
      severity: "warning",
      for: "15m",
      expr: "watchpost_collector_errors",
      above: 0,
      summary: "The collector on {host} cannot look at {user}",
      description: "{tool} does not answer, or fails, for {user} on {host}: what it tells of that user is not seen.",
    },
    {
      uid: "watchpost-user-over-budget",
      name: "UserOverBudget",
      severity: "warning",
      for: "15m",
      expr: "watchpost_collector_excess or watchpost_cgroups_excess or increase(watchpost_ctr_log_excess_total[15m])",
      above: 0,
      summary: "{user} on {host} is over its budget: {what}",
      description:
        "What {user} on {host} has of {what} beyond a user's budget ({value}) is left out or late. Nobody else's is.",
    },
    {
      uid: "watchpost-textfile-unreadable",
      name: "TextfileUnreadable",
      severity: "warning",
      for: "15m",
      expr: "node_textfile_scrape_error",
      above: 0,
      summary: "A metrics file of the collector on {host} cannot be read",
      description:
        "Alloy cannot read a file of the collector on {host}: containers, user units and pools are not seen.",
    },
  ]),
  ...pipelineLogs,
  ...pipelineStack,
];
