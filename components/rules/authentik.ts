import { grown } from "./promql.ts";
import { ruleGroup } from "./rule.ts";

const by = "host, job, instance, service";

const slowest = (labels: string, histogram: string) =>
  `histogram_quantile(0.95, sum by (le, ${labels}) (rate(${histogram}_bucket[5m])))`;
const responses = (status: string) => `sum by (${by}) (rate(django_http_responses_total_by_status_total${status}[5m]))`;

/** Authentik's server and worker, by the service or job that they are scraped as. */
export const authentik = ruleGroup("authentik", "watchpost-authentik", [
  {
    uid: "watchpost-authentik-server-errors",
    name: "AuthentikServerErrors",
    severity: "critical",
    for: "5m",
    expr: `${responses('{status=~"5.."}')} / (${responses("")} > 0.05)`,
    above: "requestErrors",
    summary: "Authentik {job} on {host} answers {value} of requests with 5xx",
    description: "{value} of the answers of Authentik at {instance} are 5xx (limit {threshold}): logins fail.",
  },
  {
    uid: "watchpost-authentik-slow",
    name: "AuthentikSlow",
    severity: "warning",
    for: "10m",
    expr: slowest(`${by}, dest`, "authentik_main_request_duration_seconds"),
    above: "authentikLatency",
    summary: "Authentik {job} on {host} is slow: {value}",
    description: "One in 20 answers of Authentik ({dest}) takes longer than {value} (limit {threshold}).",
  },
  {
    uid: "watchpost-authentik-flow-slow",
    name: "AuthentikFlowSlow",
    severity: "warning",
    for: "10m",
    expr: slowest(`${by}, stage_type`, "authentik_flows_execution_stage_time"),
    above: "authentikStageLatency",
    summary: "Logins at Authentik {job} are slow: {stage_type} takes {value}",
    description: "One in 20 runs of the stage {stage_type} takes longer than {value} (limit {threshold}).",
  },
  {
    uid: "watchpost-authentik-tasks-stuck",
    name: "AuthentikTasksStuck",
    severity: "critical",
    for: "15m",
    // the gauge of workers keeps its last value when they are gone; what was done is told by a worker's target alone
    expr:
      "((sum by (host) (max by (host, queue_name, actor_name) (authentik_tasks_queued)) > 0) " +
      "unless (sum by (host) (increase(authentik_tasks_total[15m])) > 0)) " +
      "and (sum by (host) (present_over_time(authentik_tasks_total[1d])) > 0)",
    above: 0,
    summary: "No worker of Authentik on {host} works: {value} tasks wait",
    description:
      "{value} tasks wait in Authentik's queue on {host} and none was done in 15 minutes: is the worker there?",
  },
  {
    uid: "watchpost-authentik-queue-long",
    name: "AuthentikQueueLong",
    severity: "warning",
    for: "15m",
    // each process has its own reading, and one that was not asked lately an old one
    expr: `sum by (${by}) (min by (${by}, queue_name, actor_name) (authentik_tasks_queued))`,
    above: "authentikQueue",
    summary: "{value} tasks wait at Authentik {job} on {host}",
    description: "{value} tasks wait in Authentik's queue (limit {threshold}): mails, outposts and syncs come late.",
  },
  {
    uid: "watchpost-authentik-task-errors",
    name: "AuthentikTaskErrors",
    severity: "warning",
    for: "5m",
    expr: `sum by (${by}, actor_name) (increase(authentik_tasks_errors_total[15m]))`,
    above: "authentikTaskErrors",
    summary: "Tasks of Authentik {job} fail: {actor_name}",
    description: "{actor_name} has failed {value} times in 15 minutes (limit {threshold}).",
  },
  {
    uid: "watchpost-authentik-database-errors",
    name: "AuthentikDatabaseErrors",
    severity: "critical",
    for: "5m",
    expr: `sum by (${by}, alias) ${grown("django_db_errors_total", "10m")}`,
    above: 0,
    summary: "Authentik {job} on {host} has errors with its database",
    description: "Authentik at {instance} had {value} errors with the database {alias} in 10 minutes.",
  },
  {
    uid: "watchpost-authentik-outpost-disconnected",
    name: "AuthentikOutpostDisconnected",
    severity: "warning",
    for: "10m",
    expr: `max by (${by}, outpost) (authentik_outposts_connected)`,
    below: 1,
    summary: "The outpost {outpost} is not connected to Authentik {job}",
    description:
      "No instance of the outpost {outpost} is connected to Authentik on {host}: what it protects goes on without news.",
  },
  {
    uid: "watchpost-authentik-logins-fail",
    name: "AuthentikLoginsFail",
    severity: "warning",
    for: "0s",
    // Authentik logs each event as JSON
    expr: `sum by (host, service) (count_over_time({service=~".+"} |= "login_failed" |~ "\\"action\\": ?\\"login_failed\\"" [10m]))`,
    logs: true,
    above: "loginFailures",
    summary: "{value} logins at Authentik have failed on {host}",
    description:
      "{value} logins at {service} have failed in 10 minutes (limit {threshold}): an attack, or a broken login.",
  },
]);
