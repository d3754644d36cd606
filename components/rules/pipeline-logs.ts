import { grown } from "./promql.ts";
import { ruleGroup } from "./rule.ts";

/** The logs' way: journald, Alloy's reader, Loki. */
export const pipelineLogs = ruleGroup("pipeline", "watchpost-stack", [
  {
    uid: "watchpost-journald-drops-lines",
    name: "JournaldDropsLines",
    severity: "warning",
    for: "0s",
    expr: `sum by (host, suppressed_unit) ${grown("watchpost_journald_suppressed_lines_total", "15m")}`,
    above: 0,
    summary: "journald on {host} drops lines of {suppressed_unit}",
    description:
      "{suppressed_unit} writes faster than its rate limit: journald on {host} dropped {value} lines and more.",
  },
  {
    uid: "watchpost-journal-stalled",
    name: "JournalStalled",
    severity: "critical",
    for: "10m",
    expr: "sum by (host) (increase(loki_source_journal_target_lines_total[15m]))",
    below: 1,
    summary: "Alloy on {host} reads nothing from the journal",
    description:
      "Alloy on {host} has read no line of the journal in 15 minutes, and calls itself healthy all the same.",
  },
  {
    uid: "watchpost-journal-lines-broken",
    name: "JournalLinesBroken",
    severity: "warning",
    for: "0s",
    expr: `sum by (host, error) ${grown("loki_source_journal_target_parsing_errors_total", "15m")}`,
    above: 0,
    summary: "Alloy on {host} cannot read lines of the journal",
    description: "Alloy on {host} could not read {value} lines of the journal in 15 minutes ({error}): they are lost.",
  },
  {
    uid: "watchpost-logs-not-delivered",
    name: "LogsNotDelivered",
    severity: "critical",
    for: "5m",
    // a host may have nothing to say, but then nothing is tried again
    expr:
      "sum by (host) (increase(loki_write_batch_retries_total[5m])) " +
      "unless sum by (host) (increase(loki_write_sent_entries_total[5m])) > 0",
    above: 0,
    summary: "Alloy on {host} delivers no logs to Loki",
    description:
      "Alloy on {host} has tried {value} times in 5 minutes and delivered no line: Loki does not answer or refuses.",
  },
  {
    uid: "watchpost-logs-dropped",
    name: "LogsDropped",
    severity: "warning",
    for: "0s",
    // of a batch that Loki refused in part it has taken the rest: LokiRefusesLines counts what it refused
    expr: `sum by (host, reason) ${grown('loki_write_dropped_entries_total{reason!="rate_limited"}', "15m")}`,
    above: 0,
    summary: "Alloy on {host} has dropped log lines: {reason}",
    description: "Alloy on {host} gave up on {value} lines in 15 minutes ({reason}): they are lost.",
  },
  {
    uid: "watchpost-loki-refuses-lines",
    name: "LokiRefusesLines",
    severity: "warning",
    for: "0s",
    expr: `sum by (host, reason, policy) ${grown("loki_discarded_samples_total", "15m")}`,
    above: 0,
    summary: "Loki on {host} refuses log lines of {policy|somebody}: {reason}",
    description:
      "Loki on {host} has refused {value} lines of {policy|somebody} in 15 minutes ({reason}): one of its limits.",
  },
  {
    uid: "watchpost-journal-silent",
    name: "JournalSilent",
    severity: "critical",
    for: "10m",
    // the stack's own lines: few, and never none
    expr: 'sum by (host) (count_over_time({source="journal", service="watchpost"} [1h]))',
    logs: true,
    below: 1,
    noData: "Alerting",
    summary: "No line of the journal is in Loki",
    description: "Loki has not one line of the stack's own of the last hour: every rule over logs is blind.",
  },
]);
