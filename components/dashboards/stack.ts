import type { Config } from "../../config/config.ts";
import type { Thresholds } from "../thresholds.ts";
import type { Board, Row } from "./board.ts";
import { dashboardPath, dataLink, logLinks, ofRow, ofSeries } from "./links.ts";
import { logLines, logVolume } from "./log-panels.ts";
import { upStates } from "./mappings.ts";
import { lines, perSecond, stat, timeline } from "./panels.ts";
import { prom } from "./queries.ts";
import { above } from "./steps.ts";
import { table } from "./tables.ts";
import { triageRow } from "./triage.ts";
import { host } from "./variables.ts";

const h = 'host="$host"';
const rate = "[$__rate_interval]";
const own = `${h},service="watchpost"`;
const day = 86400;
const ownErrors = `{${own.replace(",", ", ")}, level=~"error|critical"}`;
const unitLogs = logLinks({ user: ofSeries("user"), unit: ofSeries("unit") });
const logLink = [dataLink("The stack's error lines", dashboardPath("stack", {}, "The stack's error lines"))];
const sent = `sum(rate(loki_write_sent_entries_total{${h}}${rate}))`;
const behind = `time() - max(prometheus_remote_storage_queue_highest_sent_timestamp_seconds{${h},job="alloy"})`;
const lost = (window: string) =>
  `sum(increase(loki_write_dropped_entries_total{${h},reason!="rate_limited"}[${window}])) + (sum(increase(loki_discarded_samples_total{${h}}[${window}])) or vector(0)) + (sum(increase(watchpost_journald_suppressed_lines_total{${h}}[${window}])) or vector(0))`;
// Loki and Alloy have a log of writes of the same name
const prometheus = `${h},job="prometheus"`;
const stored = `prometheus_tsdb_storage_blocks_bytes{${prometheus}} + prometheus_tsdb_wal_storage_size_bytes{${prometheus}} + prometheus_tsdb_head_chunks_storage_size_bytes{${prometheus}}`;

const glance = (at: Thresholds): Row => ({
  panels: [
    stat({
      title: "Targets down",
      queries: [prom(`count(up{${h}} == 0)`)],
      none: "0",
      steps: above(undefined, 1),
      links: [dataLink("The targets", dashboardPath("stack", {}, "Targets"))],
    }),
    stat({ title: "Log lines in", unit: perSecond, decimals: 1, queries: [prom(sent)] }),
    stat({
      title: "Samples in",
      unit: perSecond,
      decimals: 0,
      queries: [prom(`sum(rate(prometheus_tsdb_head_samples_appended_total{${h}}${rate}))`)],
    }),
    stat({
      title: "Lines lost",
      about:
        "In the time that is looked at: dropped by Alloy, refused by Loki, or suppressed by journald. Lines that a rule drops are not among them.",
      decimals: 0,
      queries: [prom(lost("$__range"))],
      steps: above(1),
    }),
    stat({
      title: "Behind",
      about: "How old the newest sample is that Alloy has handed to Prometheus. A scrape interval or two is normal.",
      unit: "s",
      decimals: 0,
      queries: [prom(behind)],
    }),
    stat({
      title: "Last look",
      about: "How long ago: the host's own look at containers and units of all users.",
      unit: "s",
      decimals: 0,
      queries: [prom(`time() - watchpost_collector_last_run_timestamp_seconds{${h}}`)],
      steps: above(at.collectorAge),
      none: "never",
    }),
    stat({
      title: "Memory",
      unit: "bytes",
      queries: [prom(`sum(container_memory_working_set_bytes{${own}})`)],
    }),
    stat({
      title: "CPU",
      about: "As cores.",
      unit: "none",
      decimals: 2,
      queries: [prom(`sum(rate(container_cpu_usage_seconds_total{${own}}${rate}))`)],
    }),
  ],
});

const targets = (at: Thresholds): Row => ({
  title: "What is scraped",
  panels: [
    timeline({
      title: "Targets",
      about: "Everything that is scraped.",
      queries: [prom(`min by (job, instance) (up{${h}})`, "{{job}} {{instance}}")],
      mappings: upStates,
    }),
    table({
      title: "Scrapes",
      about: "Kept is what is stored of all that a target says: its kind's keep-list drops the rest.",
      width: 12,
      height: 9,
      keys: [
        { label: "job", title: "Job", links: logLinks({ service: ofRow("Job") }) },
        { label: "instance", title: "Instance" },
      ],
      columns: [
        { title: "Up", width: 80, mappings: upStates, query: prom(`max by (job, instance) (up{${h}})`) },
        {
          title: "Takes",
          width: 110,
          unit: "s",
          decimals: 2,
          steps: above(at.scrapeDuration),
          query: prom(`max by (job, instance) (scrape_duration_seconds{${h}})`),
        },
        {
          title: "Says",
          width: 90,
          unit: "short",
          decimals: 0,
          query: prom(`max by (job, instance) (scrape_samples_scraped{${h}})`),
        },
        {
          title: "Kept",
          width: 90,
          unit: "short",
          decimals: 0,
          query: prom(`max by (job, instance) (scrape_samples_post_metric_relabeling{${h}})`),
        },
      ],
      sort: "Takes",
    }),
  ],
});

const logPath = (at: Thresholds): Row => ({
  title: "Logs: from the journal to Loki",
  panels: [
    lines({
      title: "Log lines, read and delivered",
      about:
        "Read and not delivered for long: Loki is away, and the journal keeps them. The difference to delivered is what rules drop.",
      unit: perSecond,
      width: 8,
      queries: [
        prom(`sum(rate(loki_source_journal_target_lines_total{${h}}${rate}))`, "read from the journal"),
        prom(sent, "delivered to Loki"),
        prom(`sum(rate(loki_distributor_lines_received_total{${h}}${rate}))`, "taken by Loki"),
      ],
    }),
    lines({
      title: "Lines lost, by reason",
      about: "Within the 15 minutes before each point.",
      unit: "short",
      decimals: 0,
      bars: true,
      width: 8,
      none: "none",
      queries: [
        prom(`sum by (reason) (increase(loki_write_dropped_entries_total{${h}}[15m])) > 0`, "Alloy: {{reason}}"),
        prom(
          `sum by (policy, reason) (increase(loki_discarded_samples_total{${h}}[15m])) > 0`,
          "Loki: {{reason}} of {{policy}}",
        ),
        prom(
          `sum by (suppressed_unit) (increase(watchpost_journald_suppressed_lines_total{${h}}[15m])) > 0`,
          "journald's rate limit: {{suppressed_unit}}",
        ),
        prom(`sum(increase(loki_source_journal_target_parsing_errors_total{${h}}[15m])) > 0`, "not readable"),
      ],
      links: logLink,
    }),
    lines({
      title: "Lines dropped by rule",
      about: "Noise that is not stored on purpose, by the rule's name.",
      unit: perSecond,
      width: 8,
      queries: [prom(`sum by (reason) (rate(loki_process_dropped_lines_total{${h}}${rate}))`, "{{reason}}")],
    }),
    lines({
      title: "Time of a delivery",
      about: "How long Loki takes for a batch of lines.",
      unit: "s",
      width: 8,
      queries: [
        prom(
          `histogram_quantile(0.5, sum by (le) (rate(loki_write_request_duration_seconds_bucket{${h}}${rate})))`,
          "p50",
        ),
        prom(
          `histogram_quantile(0.95, sum by (le) (rate(loki_write_request_duration_seconds_bucket{${h}}${rate})))`,
          "p95",
        ),
      ],
    }),
    lines({
      title: "Deliveries tried again",
      about:
        "Batches that Loki did not take at once. Without end: it is away or refuses them, and nothing new arrives.",
      unit: "ops",
      width: 8,
      queries: [prom(`sum(rate(loki_write_batch_retries_total{${h}}${rate}))`, "tried again")],
      links: logLink,
    }),
    lines({
      title: "Streams in Loki's memory",
      about: "Each set of labels is a stream; Loki refuses new ones beyond 5000.",
      unit: "short",
      decimals: 0,
      width: 8,
      steps: above(at.lokiStreams),
      queries: [
        prom(`sum(loki_ingester_memory_streams{${h}})`, "streams"),
        prom(`sum(loki_ingester_memory_chunks{${h}})`, "chunks"),
      ],
    }),
  ],
});

const metricPath = (at: Thresholds): Row => ({
  title: "Metrics on their way, and questions to both",
  panels: [
    lines({
      title: "Samples on their way",
      about: "Waiting, tried again and given up by Alloy's remote write.",
      unit: "short",
      width: 6,
      queries: [
        prom(`sum(prometheus_remote_storage_samples_pending{${h}})`, "waiting"),
        prom(`sum(rate(prometheus_remote_storage_samples_retried_total{${h}}${rate}))`, "tried again, per second"),
        prom(`sum(rate(prometheus_remote_storage_samples_failed_total{${h}}${rate}))`, "given up, per second"),
        prom(`sum(rate(prometheus_remote_storage_samples_dropped_total{${h}}${rate}))`, "dropped, per second"),
      ],
      links: logLink,
    }),
    lines({
      title: "Series in Prometheus",
      unit: "short",
      decimals: 0,
      width: 6,
      steps: above(at.prometheusSeries),
      queries: [prom(`prometheus_tsdb_head_series{${h}}`, "series")],
    }),
    lines({
      title: "Questions to Prometheus, p90",
      about: "By what it does meanwhile.",
      unit: "s",
      width: 6,
      queries: [prom(`max by (slice) (prometheus_engine_query_duration_seconds{${h},quantile="0.9"})`, "{{slice}}")],
    }),
    lines({
      title: "Questions to Loki, p95",
      about: "Lines and numbers that are asked for, and lines that are pushed.",
      unit: "s",
      width: 6,
      queries: [
        prom(
          `histogram_quantile(0.95, sum by (le) (rate(loki_request_duration_seconds_bucket{${h},route=~"loki_api_v1_(query|query_range|labels|label_name_values)"}${rate})))`,
          "questions",
        ),
        prom(
          `histogram_quantile(0.95, sum by (le) (rate(loki_request_duration_seconds_bucket{${h},route="loki_api_v1_push"}${rate})))`,
          "pushes",
        ),
      ],
    }),
  ],
});

const growth: Row = {
  title: "Storage",
  panels: [
    lines({
      title: "Stored by Prometheus",
      about: "Bounded by its retention in time and in size.",
      unit: "bytes",
      width: 8,
      queries: [
        prom(`prometheus_tsdb_storage_blocks_bytes{${h}}`, "blocks"),
        prom(`prometheus_tsdb_wal_storage_size_bytes{${prometheus}}`, "log of writes"),
        prom(`prometheus_tsdb_head_chunks_storage_size_bytes{${h}}`, "newest chunks"),
      ],
    }),
    lines({
      title: "Growth in a day",
      about: "What the last 6 hours would come to in a day; Loki's part is bounded by its retention in time.",
      unit: "bytes",
      width: 8,
      queries: [
        prom(`4 * sum(increase(loki_ingester_chunk_stored_bytes_total{${h}}[6h]))`, "logs"),
        prom(`${day} * deriv((${stored})[6h:10m])`, "metrics"),
      ],
    }),
    lines({
      title: "Loki's retention",
      about: "Since the compactor last applied it. If it grows for ever, logs are never removed.",
      unit: "s",
      width: 8,
      queries: [
        prom(
          `time() - (loki_compactor_apply_retention_last_successful_run_timestamp_seconds{${h}} > 0)`,
          "since the last run",
        ),
      ],
    }),
  ],
};

const cost: Row = {
  title: "Cost, health and logs of the stack",
  panels: [
    lines({
      title: "Memory of the parts",
      unit: "bytes",
      stacked: true,
      width: 8,
      queries: [prom(`sum by (user, unit) (container_memory_working_set_bytes{${own}})`, "{{unit}}")],
      links: unitLogs,
    }),
    lines({
      title: "CPU of the parts",
      about: "As cores.",
      unit: "none",
      decimals: 3,
      stacked: true,
      width: 8,
      queries: [prom(`sum by (user, unit) (rate(container_cpu_usage_seconds_total{${own}}${rate}))`, "{{unit}}")],
      links: unitLogs,
    }),
    timeline({
      title: "Configs loaded, components healthy",
      about: "Alloy and Prometheus: whether the last config was taken. Healthy is said by Alloy of its components.",
      width: 8,
      height: 8,
      mappings: upStates,
      queries: [
        prom(`min(alloy_config_last_load_successful{${h}})`, "Alloy's config"),
        prom(`min(prometheus_config_last_reload_successful{${h}})`, "Prometheus's config"),
        prom(
          `(sum(alloy_component_controller_running_components{${h},health_type!="healthy"}) or vector(0)) == bool 0`,
          "Alloy's components",
        ),
      ],
      links: logLink,
    }),
    lines({
      title: "Collector",
      about: "How long the host's own look at all users takes, and how many of its looks failed.",
      unit: "short",
      width: 8,
      queries: [
        prom(`watchpost_collector_duration_seconds{${h}}`, "seconds"),
        prom(`sum(watchpost_collector_errors{${h}})`, "looks that failed"),
      ],
    }),
    lines({
      title: "Notifications",
      about: "What Grafana sent for alerts, and what it could not send, within the hour before each point.",
      unit: "short",
      decimals: 0,
      bars: true,
      width: 8,
      none: "none",
      queries: [
        prom(
          `sum by (integration) (increase(grafana_alerting_notifications_total{${h}}[1h])) > 0`,
          "{{integration}} tried",
        ),
        prom(
          `sum by (integration) (increase(grafana_alerting_notifications_failed_total{${h}}[1h])) > 0`,
          "{{integration}} failed",
        ),
        prom(`sum(increase(grafana_alerting_rule_evaluation_failures_total{${h}}[1h])) > 0`, "rules that failed"),
      ],
      links: logLink,
    }),
    logVolume({
      title: "The stack's error lines by unit",
      expr: ownErrors,
      by: ["unit", "user"],
      width: 8,
      links: unitLogs,
    }),
    logLines({ title: "The stack's error lines", expr: ownErrors }),
  ],
};

/** The stack itself: what comes in, what is lost, what it stores and costs. */
export const stackBoard = (at: Thresholds, { triage }: Pick<Config, "triage">): Board => ({
  name: "stack",
  about: "What comes in, what is lost or late, what is stored, and what the stack costs the host.",
  variables: [host("up")],
  rows: [glance(at), targets(at), logPath(at), metricPath(at), growth, ...(triage.enabled ? [triageRow] : []), cost],
});
