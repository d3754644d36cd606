import type { Thresholds } from "../thresholds.ts";
import type { Board, Row } from "./board.ts";
import { dashboardPath, dataLink, logLinks, ofRow, ofSeries } from "./links.ts";
import { logLines, logVolume } from "./log-panels.ts";
import { containerStates, failedStates, healthStates, upStates } from "./mappings.ts";
import { lines, stat, timeline } from "./panels.ts";
import { loki, prom } from "./queries.ts";
import { above } from "./steps.ts";
import { table } from "./tables.ts";
import { host, search, several } from "./variables.ts";

const h = 'host="$host"';
// the system's own units are no services
const s = `${h},service!="",service=~"$service",user=~"$user",unit=~"$unit"`;
const rate = "[$__rate_interval]";
const by = "service, user, unit, container";
const one = "{{container}} {{unit}} ({{user}})";
const chosenLines = `{${h}, service=~"$service", user=~"$user", unit=~"$unit"}`;
const errorLines = `{${h}, service!="", service=~"$service", user=~"$user", unit=~"$unit", level=~"error|critical"}`;
const seriesLogs = logLinks({ user: ofSeries("user"), unit: ofSeries("unit") });
const restarts = (window: string) => `increase(systemd_user_service_restarts_total{${s}}[${window}])`;
// the system's manager names its units otherwise
const systemRestarts = (window: string) =>
  `label_replace(label_replace(increase(node_systemd_service_restart_total{${h}}[${window}]), "unit", "$1", "name", "(.+)"), "user", "root", "", "")`;
// a limit of 0 is none
const ofLimit = `container_memory_working_set_bytes{${s}} / (container_spec_memory_limit_bytes{${s}} > 0)`;

const containersLink = [dataLink("The containers", dashboardPath("services", {}, "Containers"))];

const glance: Row = {
  panels: [
    stat({
      title: "Running",
      about: "Containers.",
      queries: [prom(`count(podman_container_state{${s}} == 2)`)],
      none: "0",
    }),
    stat({
      title: "Stopped",
      about: "Containers that are there and do not run: stopped, exited, created.",
      queries: [prom(`count(podman_container_state{${s}} != 2)`)],
      none: "0",
      steps: above(1),
      links: containersLink,
    }),
    stat({
      title: "Unhealthy",
      about: "Running containers whose health check fails.",
      queries: [prom(`count(podman_container_health{${s}} == 1)`)],
      none: "0",
      steps: above(undefined, 1),
      links: containersLink,
    }),
    stat({
      title: "Failed units",
      about: "Of the users' managers.",
      queries: [prom(`count(systemd_user_unit_state{${s},state="failed"})`)],
      none: "0",
      steps: above(1),
    }),
    stat({
      title: "Restarts/h",
      about: "Of services of the users' managers, in the last hour.",
      decimals: 0,
      queries: [prom(`sum(${restarts("1h")})`)],
      none: "0",
      steps: above(1),
    }),
    stat({
      title: "OOM",
      about: "Processes ended by the kernel's OOM killer, in the time that is looked at.",
      decimals: 0,
      queries: [prom(`sum(increase(container_oom_events_total{${s}}[$__range]))`)],
      none: "0",
      steps: above(undefined, 1),
    }),
    stat({
      title: "Targets down",
      queries: [prom(`count(up{${h},service=~"$service"} == 0)`)],
      none: "0",
      steps: above(undefined, 1),
    }),
    stat({
      title: "Error lines",
      about: "Lines of level error or critical, in the time that is looked at.",
      unit: "short",
      queries: [loki(`sum(count_over_time(${errorLines} [$__range]))`)],
      none: "0",
      links: [dataLink("The lines", dashboardPath("services", {}, "Lines with errors"))],
    }),
  ],
};

const containers = (at: Thresholds): Row => ({
  title: "Containers and units",
  panels: [
    table({
      title: "Containers",
      about: "Click on a service for its log lines. Memory of limit is empty for what has no limit.",
      none: "-",
      height: 11,
      keys: [
        {
          label: "service",
          title: "Service",
          width: 120,
          links: [
            ...logLinks({ service: ofRow("Service") }),
            dataLink("This service alone", dashboardPath("services", { service: ofRow("Service") })),
          ],
        },
        { label: "user", title: "User", width: 110 },
        { label: "unit", title: "Unit", links: logLinks({ user: ofRow("User"), unit: ofRow("Unit") }) },
        { label: "container", title: "Container" },
      ],
      columns: [
        {
          title: "State",
          width: 90,
          mappings: containerStates,
          query: prom(`max by (${by}) (podman_container_state{${s}})`),
        },
        {
          title: "Health",
          width: 100,
          mappings: healthStates,
          query: prom(`max by (${by}) (podman_container_health{${s}})`),
        },
        {
          title: "Up for",
          width: 100,
          unit: "s",
          decimals: 0,
          query: prom(
            `time() - max by (${by}) (podman_container_started_seconds{${s}} and podman_container_state{${s}} == 2)`,
          ),
        },
        {
          title: "Restarts, 24 h",
          width: 130,
          decimals: 0,
          steps: above(1),
          query: prom(
            `max by (${by}) (podman_container_info{${s}} * on (host, user, unit) group_left () (${restarts("24h")} or ${systemRestarts("24h")}))`,
          ),
        },
        {
          title: "CPU",
          width: 90,
          unit: "none",
          decimals: 3,
          query: prom(`sum by (${by}) (rate(container_cpu_usage_seconds_total{${s},container!=""}${rate}))`),
        },
        {
          title: "Memory",
          width: 100,
          unit: "bytes",
          query: prom(`sum by (${by}) (container_memory_working_set_bytes{${s},container!=""})`),
        },
        {
          title: "Memory of limit",
          width: 140,
          unit: "percentunit",
          decimals: 0,
          steps: above(at.unitMemory),
          query: prom(`max by (${by}) (${ofLimit.replaceAll(s, `${s},container!=""`)})`),
        },
      ],
      sort: "Service",
    }),
    timeline({
      title: "State of containers",
      queries: [prom(`max by (container, user, unit) (podman_container_state{${s}})`, "{{container}} ({{user}})")],
      mappings: containerStates,
      links: seriesLogs,
    }),
    timeline({
      title: "Health of containers",
      about: "Only those that have a health check.",
      none: "no health checks",
      queries: [
        prom(`max by (container, user, unit) (podman_container_health{${s}} != -1)`, "{{container}} ({{user}})"),
      ],
      mappings: healthStates,
      links: seriesLogs,
    }),
    table({
      title: "Users' units that failed",
      about: "Units of users' managers, containers or not.",
      none: "none",
      width: 8,
      height: 8,
      keys: [
        { label: "service", title: "Service" },
        { label: "user", title: "User" },
        { label: "unit", title: "Unit", links: logLinks({ user: ofRow("User"), unit: ofRow("Unit") }) },
      ],
      columns: [
        {
          title: "State",
          mappings: failedStates,
          width: 80,
          query: prom(`max by (service, user, unit) (systemd_user_unit_state{${s},state="failed"})`),
        },
      ],
      sort: "Unit",
    }),
    lines({
      title: "Restarts",
      about:
        "Within the 15 minutes before each point, by the users' managers and by podman. More than a few is a crash loop.",
      unit: "short",
      bars: true,
      width: 8,
      none: "none",
      steps: above(undefined, at.restarts),
      queries: [
        prom(`${restarts("15m")} > 0`, "{{unit}} ({{user}})"),
        prom(`increase(podman_container_restarts_total{${s}}[15m]) > 0`, "{{container}} ({{user}}), by podman"),
      ],
      links: seriesLogs,
    }),
    timeline({
      title: "Targets",
      about: "Whether the services' own metrics can be scraped.",
      none: "no targets",
      width: 8,
      height: 8,
      queries: [prom(`min by (job, instance) (up{${h},service=~"$service"})`, "{{job}} {{instance}}")],
      mappings: upStates,
    }),
  ],
});

const resources = (at: Thresholds): Row => ({
  title: "Resources",
  panels: [
    lines({
      title: "CPU",
      about: "As cores, of each unit's cgroup; the 15 busiest.",
      unit: "none",
      decimals: 2,
      stacked: true,
      queries: [
        prom(`topk(15, sum by (user, unit, container) (rate(container_cpu_usage_seconds_total{${s}}${rate})))`, one),
      ],
      links: seriesLogs,
    }),
    lines({
      title: "CPU held back",
      about: "The share of periods in which a unit had used up its CPU quota. Only units with a quota show up.",
      none: "no CPU quotas",
      unit: "percentunit",
      steps: above(at.unitThrottled),
      queries: [
        prom(
          `sum by (user, unit, container) (rate(container_cpu_cfs_throttled_periods_total{${s}}${rate})) / (sum by (user, unit, container) (rate(container_cpu_cfs_periods_total{${s}}${rate})) > 0)`,
          one,
        ),
      ],
      links: seriesLogs,
    }),
    lines({
      title: "Memory",
      about: "The working set of each unit's cgroup: what cannot be reclaimed easily; the 15 largest.",
      unit: "bytes",
      stacked: true,
      queries: [prom(`topk(15, sum by (user, unit, container) (container_memory_working_set_bytes{${s}}))`, one)],
      links: seriesLogs,
    }),
    lines({
      title: "Memory of limit",
      none: "no limits",
      about: "At 100 % the kernel ends a process of the unit. Units without a limit are not shown.",
      unit: "percentunit",
      steps: above(at.unitMemory),
      queries: [prom(`max by (user, unit, container) (${ofLimit})`, one)],
      links: seriesLogs,
    }),
    lines({
      title: "Read and written",
      none: "none",
      about: "Reads are above the line, writes below; the ten greatest of each.",
      unit: "Bps",
      queries: [
        prom(
          `topk(10, sum by (user, unit, container) (rate(container_fs_reads_bytes_total{${s}}${rate})) > 0)`,
          `${one} read`,
        ),
        prom(
          `-topk(10, sum by (user, unit, container) (rate(container_fs_writes_bytes_total{${s}}${rate})) > 0)`,
          `${one} written`,
        ),
      ],
      links: seriesLogs,
    }),
    lines({
      title: "Processes",
      about: "The 15 with the most. One that only grows is a leak.",
      steps: above(at.unitProcesses),
      unit: "short",
      decimals: 0,
      queries: [prom(`topk(15, sum by (user, unit, container) (container_processes{${s}}))`, one)],
      links: seriesLogs,
    }),
  ],
});

const logs: Row = {
  title: "Logs",
  panels: [
    logVolume({
      title: "Lines by service",
      expr: chosenLines.replace("service=~", 'service!="", service=~'),
      by: ["service"],
      links: logLinks({ service: ofSeries("service") }),
    }),
    logVolume({
      title: "Error lines by unit",
      expr: errorLines,
      by: ["unit", "user"],
      links: logLinks({ user: ofSeries("user"), unit: ofSeries("unit") }),
    }),
    logLines({ title: "Lines with errors", expr: `${errorLines} |~ \`(?i)$search\`` }),
    logLines({
      title: "Log lines",
      about:
        "Of what is chosen at the top, with the text that is searched for; all lines of the host where nothing is.",
      expr: `${chosenLines} |~ \`(?i)$search\``,
      height: 16,
    }),
  ],
};

const metrics = '__name__=~"podman_container_state|systemd_user_unit_state|container_processes"';

/** The containers and units of all service users. */
export const servicesBoard = (at: Thresholds): Board => ({
  name: "services",
  about:
    "Containers and units of all users: state, health, restarts, CPU, memory and log lines. What nobody declared is the service undeclared.",
  variables: [
    host("podman_container_state"),
    several({ name: "service", label: "Service", from: `{${metrics},${h}}`, values: "service" }, ".*"),
    several({ name: "user", label: "User", from: `{${metrics},${h},service=~"$service"}`, values: "user" }),
    several(
      { name: "unit", label: "Unit", from: `{${metrics},${h},service=~"$service",user=~"$user"}`, values: "unit" },
      ".*",
    ),
    search(),
  ],
  rows: [glance, containers(at), resources(at), logs],
});
