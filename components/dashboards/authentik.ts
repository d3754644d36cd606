import type { Thresholds } from "../thresholds.ts";
import type { Board, Row } from "./board.ts";
import { dashboardPath, dataLink } from "./links.ts";
import { logLines, logVolume } from "./log-panels.ts";
import { colors, statusTints, upStates } from "./mappings.ts";
import { lines, stat, timeline } from "./panels.ts";
import { loki, prom } from "./queries.ts";
import { above, below } from "./steps.ts";
import { table } from "./tables.ts";
import { host, several } from "./variables.ts";

const h = 'host="$host"';
const rate = "[$__rate_interval]";
const a = `${h},job=~"$service",instance=~"$instance"`;
const allLines = `{${h}, service=~"$service"}`;
const errorLines = `{${h}, service=~"$service", level=~"error|critical"}`;
// Authentik writes each of its events as a line. Source: authentik/events/models.py
const events = (filter: string) => `${allLines} |= \`"Created Event"\` ${filter}`;
const logins = `${events("")} | json action="action" | action=~"login|login_failed|logout"`;
const failedLogins = `${events('|= `"login_failed"`')} | json action="action" | action="login_failed"`;
// each process of Authentik has its own reading of what is one for all of them, and some are old: the highest
const highest = (by: string, gauge: string) => `max by (${by}) (${gauge})`;
// the same number by its newer name, and by its older one
const workers = highest("version, version_matched", `(authentik_tasks_workers{${a}} or authentik_admin_workers{${a}})`);
const queued = highest("queue_name, actor_name", `authentik_tasks_queued{${a}}`);
const outposts = highest("outpost, uid", `authentik_outposts_connected{${a}}`);
// authentik.stages.password.stage.PasswordStageView
const byStage = (query: string) =>
  prom(`label_replace(${query}, "stage", "$1", "stage_type", "(?:.*[.])?(.+?)(?:StageView)?")`, "{{stage}}");
const logLink = [dataLink("Authentik's error lines", dashboardPath("authentik", {}, "Authentik's error lines"))];
const failedLink = [dataLink("Failed logins", dashboardPath("authentik", {}, "Failed logins"))];
const latency = (quantile: number, metric: string, by = "le") =>
  `histogram_quantile(${quantile}, sum by (${by}) (rate(${metric}_bucket{${a}}${rate})))`;
const mean = (metric: string, by: string) =>
  `sum by (${by}) (rate(${metric}_sum{${a}}${rate})) / (sum by (${by}) (rate(${metric}_count{${a}}${rate})) > 0)`;
const perActor = (metric: string) => `sum by (actor_name) (increase(${metric}{${a}}[15m])) > 0`;

const glance = (at: Thresholds): Row => ({
  panels: [
    stat({
      title: "Targets up",
      about: "Server and workers that answer, of all that are declared.",
      unit: "percentunit",
      decimals: 0,
      none: "none",
      queries: [prom(`avg(up{${a}})`)],
      steps: below(undefined, 1),
      links: logLink,
    }),
    stat({
      title: "p95",
      about: "95 % of requests are answered within this time.",
      unit: "s",
      queries: [prom(latency(0.95, "authentik_main_request_duration_seconds"))],
      steps: above(at.authentikLatency),
    }),
    stat({
      title: "Errors",
      about: "The share of answers with 5xx.",
      unit: "percentunit",
      decimals: 2,
      queries: [
        prom(
          `(sum(rate(django_http_responses_total_by_status_total{${a},status=~"5.."}${rate})) or vector(0)) / sum(rate(django_http_responses_total_by_status_total{${a}}${rate}))`,
        ),
      ],
      steps: above(undefined, at.requestErrors),
      links: logLink,
    }),
    stat({
      title: "Workers",
      queries: [prom(`sum(${workers})`)],
      none: "none",
      steps: below(undefined, 1),
      links: logLink,
    }),
    stat({
      title: "Tasks waiting",
      queries: [prom(`sum(${queued})`)],
      none: "0",
      steps: above(at.authentikQueue),
    }),
    stat({
      title: "Outposts up",
      queries: [prom(`sum(${outposts})`)],
      none: "0",
    }),
    stat({
      title: "Logins",
      about: "In the time that is looked at, from Authentik's log lines.",
      decimals: 0,
      queries: [
        loki(`sum(count_over_time(${events('|= `"login"`')} | json action="action" | action="login" [$__range]))`),
      ],
      none: "0",
    }),
    stat({
      title: "Refused",
      about: "In the time that is looked at, from Authentik's log lines.",
      decimals: 0,
      queries: [loki(`sum(count_over_time(${failedLogins} [$__range]))`)],
      none: "0",
      links: failedLink,
    }),
  ],
});

const requests = (at: Thresholds): Row => ({
  title: "Requests",
  panels: [
    lines({
      title: "Requests by part",
      about: "Core is Authentik itself, embedded_outpost its proxy.",
      unit: "reqps",
      width: 8,
      queries: [prom(`sum by (dest) (rate(authentik_main_request_duration_seconds_count{${a}}${rate}))`, "{{dest}}")],
    }),
    lines({
      title: "Answers by status",
      unit: "reqps",
      stacked: true,
      tints: statusTints,
      width: 8,
      queries: [prom(`sum by (status) (rate(django_http_responses_total_by_status_total{${a}}${rate}))`, "{{status}}")],
      links: logLink,
    }),
    lines({
      title: "Time to answer",
      unit: "s",
      width: 8,
      steps: above(at.authentikLatency),
      queries: [0.5, 0.95, 0.99].map((quantile) =>
        prom(latency(quantile, "authentik_main_request_duration_seconds"), `p${quantile * 100}`),
      ),
    }),
    timeline({
      title: "Targets",
      about: "Server and workers each have metrics of their own.",
      width: 8,
      height: 8,
      none: "none",
      queries: [prom(`min by (job, instance) (up{${a}})`, "{{job}} {{instance}}")],
      mappings: upStates,
    }),
    lines({
      title: "Database",
      about: "Statements per second, new connections, and errors.",
      unit: "ops",
      width: 8,
      queries: [
        prom(`sum(rate(django_db_execute_total{${a}}${rate}))`, "statements"),
        prom(`sum(rate(django_db_new_connections_total{${a}}${rate}))`, "new connections"),
        prom(`sum by (type) (rate(django_db_errors_total{${a}}${rate})) > 0`, "{{type}}"),
      ],
      links: logLink,
    }),
    lines({
      title: "Through the proxy, p95",
      about: "Requests to applications behind the embedded outpost or others that are scraped.",
      unit: "s",
      width: 8,
      none: "no proxy",
      queries: [
        prom(latency(0.95, "authentik_outpost_proxy_request_duration_seconds", "le, outpost_name"), "{{outpost_name}}"),
      ],
    }),
  ],
});

const flows = (at: Thresholds): Row => ({
  title: "Flows and policies",
  panels: [
    lines({
      title: "Stages carried out",
      about: "What people go through to log in, by stage.",
      unit: "ops",
      width: 8,
      queries: [byStage(`sum by (stage_type) (rate(authentik_flows_execution_stage_time_count{${a}}${rate}))`)],
    }),
    lines({
      title: "Time of a stage, p95",
      unit: "s",
      width: 8,
      steps: above(at.authentikStageLatency),
      queries: [byStage(latency(0.95, "authentik_flows_execution_stage_time", "le, stage_type"))],
    }),
    lines({
      title: "Time to plan a flow",
      about: "The mean. Plans come from the cache while it has them.",
      unit: "s",
      width: 8,
      queries: [prom(mean("authentik_flows_plan_time", "flow_slug"), "{{flow_slug}}")],
    }),
    lines({
      title: "Policies evaluated",
      unit: "ops",
      width: 8,
      queries: [
        prom(
          `sum by (binding_target_type) (rate(authentik_policies_execution_time_count{${a}}${rate}))`,
          "{{binding_target_type}}",
        ),
      ],
    }),
    lines({
      title: "Time of a policy, p95",
      unit: "s",
      width: 8,
      queries: [
        prom(latency(0.95, "authentik_policies_execution_time", "le, binding_target_type"), "{{binding_target_type}}"),
      ],
    }),
    lines({
      title: "Kept in the cache",
      unit: "short",
      decimals: 0,
      width: 8,
      queries: [
        prom(`max(authentik_flows_cached{${a}})`, "flows"),
        prom(`max(authentik_policies_cached{${a}})`, "policies"),
      ],
    }),
  ],
});

const tasks = (at: Thresholds): Row => ({
  title: "Workers and outposts",
  panels: [
    lines({
      title: "Queue",
      about: "Tasks that wait for a worker, by kind.",
      unit: "short",
      decimals: 0,
      width: 8,
      steps: above(at.authentikQueue),
      queries: [prom(`sum by (actor_name) (${queued}) > 0`, "{{actor_name}}")],
      none: "nothing waits",
      links: logLink,
    }),
    lines({
      title: "Tasks that failed",
      about: "Failed, tried again, refused: within the 15 minutes before each point.",
      unit: "short",
      decimals: 0,
      bars: true,
      width: 8,
      steps: above(at.authentikTaskErrors),
      queries: [
        prom(perActor("authentik_tasks_errors_total"), "{{actor_name}} failed"),
        prom(perActor("authentik_tasks_retries_total"), "{{actor_name}} tried again"),
        prom(perActor("authentik_tasks_rejected_total"), "{{actor_name}} refused"),
      ],
      none: "none",
      links: logLink,
    }),
    lines({
      title: "Time of a task",
      about: "The mean, by kind.",
      unit: "ms",
      width: 8,
      queries: [prom(mean("authentik_tasks_duration_milliseconds", "actor_name"), "{{actor_name}}")],
    }),
    table({
      title: "Outposts",
      none: "no outposts",
      height: 7,
      width: 12,
      keys: [{ label: "outpost", title: "Outpost" }],
      columns: [
        { title: "Connected", query: prom(`sum by (outpost) (${outposts})`) },
        {
          title: "Last heard of",
          unit: "s",
          decimals: 0,
          query: prom(`time() - max by (outpost) (authentik_outposts_last_update{${a}})`),
        },
      ],
      sort: "Outpost",
    }),
    table({
      title: "Worker versions",
      about: "After an update, all should soon be of the server's version.",
      none: "no workers",
      height: 7,
      width: 12,
      keys: [
        { label: "version", title: "Version" },
        { label: "version_matched", title: "As the server" },
      ],
      columns: [{ title: "Workers", query: prom(`sum by (version, version_matched) (${workers})`) }],
      sort: "Version",
    }),
  ],
});

const logs = (at: Thresholds): Row => ({
  title: "Logins and logs",
  panels: [
    lines({
      title: "Logins by outcome",
      about: "From Authentik's log lines: it has no metric for them. The limit is for refused ones in 10 minutes.",
      unit: "short",
      decimals: 0,
      bars: true,
      tints: { "^login$": colors.good, "^login_failed$": colors.bad, "^logout$": colors.info },
      steps: above(at.loginFailures),
      queries: [loki(`sum by (action) (count_over_time(${logins} [$__auto]))`, "{{action}}")],
      none: "none",
      links: failedLink,
    }),
    logVolume({ title: "Lines by level", expr: allLines, by: ["level"], links: logLink }),
    logLines({
      title: "Failed logins",
      about: "Who tried, and from where. Names are as typed: take them with care.",
      expr: `${failedLogins.replace('json action="action"', 'json action="action", client_ip="client_ip", username="context.username"')} | line_format \`{{.client_ip}}  {{.username}}\``,
      width: 12,
    }),
    logLines({ title: "Authentik's error lines", expr: errorLines, width: 12 }),
  ],
});

/** Authentik's health, from requests to logins. */
export const authentikBoard = (at: Thresholds): Board => ({
  name: "authentik",
  kind: "authentik",
  about: "Requests, flows, policies, workers and outposts of Authentik; logins from its log lines.",
  variables: [
    host("authentik_flows_cached"),
    several({ name: "service", label: "Service", from: `authentik_flows_cached{${h}}`, values: "job" }, null),
    several({ name: "instance", label: "Instance", from: `up{${h},job=~"$service"}`, values: "instance" }),
  ],
  rows: [glance(at), requests(at), flows(at), tasks(at), logs(at)],
});
