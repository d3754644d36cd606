import { ruleGroup } from "./rule.ts";

// podman's codes: docs/services.md
const running = "podman_container_state == 2";
const exited = "podman_container_state == 5";
const declared = 'service!~"undeclared|"';
// what every user's manager runs says nothing of a service
const ownUnits = `systemd_user_unit_state{${declared}, unit!~"(dbus|systemd|podman).*"`;

/** Containers and services of all users. */
export const containers = ruleGroup("containers", "watchpost-services", [
  {
    uid: "watchpost-container-unhealthy",
    name: "ContainerUnhealthy",
    severity: "critical",
    for: "3m",
    expr: `(podman_container_health == bool 1) and ${running}`,
    above: 0,
    summary: "{container} of {user} on {host} is unhealthy",
    description: "The container {container} of {user} on {host} runs, and its health check fails.",
  },
  {
    uid: "watchpost-container-exited-with-error",
    name: "ContainerExitedWithError",
    severity: "warning",
    for: "5m",
    // 143 is what a stop by SIGTERM leaves
    expr: `podman_container_exit_code != 143 and ${exited}`,
    above: 0,
    summary: "{container} of {user} on {host} has exited with {value}",
    description:
      "The container {container} of {user} on {host} has exited with code {value} and was not started again.",
  },
  {
    uid: "watchpost-container-stuck-starting",
    name: "ContainerStuckStarting",
    severity: "warning",
    for: "15m",
    expr: `(podman_container_health == bool 2) and ${running}`,
    above: 0,
    summary: "{container} of {user} on {host} does not get healthy",
    description: "The health check of {container} of {user} on {host} has not passed since its start.",
  },
  {
    uid: "watchpost-container-restart-loop",
    name: "ContainerRestartLoop",
    severity: "critical",
    for: "0s",
    expr: "increase(podman_container_restarts_total[15m])",
    above: "restarts",
    summary: "{container} of {user} on {host} restarts again and again: {value} times",
    description:
      "podman has restarted {container} of {user} on {host} {value} times in 15 minutes (limit {threshold}).",
  },
  {
    uid: "watchpost-container-health-flaps",
    name: "ContainerHealthFlaps",
    severity: "warning",
    for: "0s",
    expr: "changes(podman_container_health[1h])",
    above: "healthChanges",
    summary: "{container} of {user} on {host} turns unhealthy again and again",
    description:
      "The health of {container} of {user} on {host} has changed {value} times in an hour (limit {threshold}).",
  },
  {
    uid: "watchpost-container-gone",
    name: "ContainerGone",
    severity: "critical",
    for: "5m",
    expr:
      `podman_container_state{${declared}} offset 1h == 2 unless on (host, user, container) podman_container_state ` +
      "and on (host) watchpost_collector_last_run_timestamp_seconds",
    above: 0,
    summary: "{container} of the service {service} on {host} is gone",
    description: "The container {container} of {user} on {host} ran an hour ago and is not there any more.",
  },
  {
    uid: "watchpost-service-down",
    name: "ServiceDown",
    severity: "critical",
    for: "5m",
    expr:
      `count by (host, user, service) (${ownUnits}}) unless ` +
      `count by (host, user, service) (${ownUnits}, state="active"})`,
    above: 0,
    summary: "The service {service} on {host} is down",
    description: "None of the {value} units of the service {service}, run by {user} on {host}, is active.",
  },
  {
    uid: "watchpost-unit-memory-near-limit",
    name: "UnitMemoryNearLimit",
    severity: "warning",
    for: "10m",
    expr: "container_memory_working_set_bytes / (container_spec_memory_limit_bytes > 0)",
    above: "unitMemory",
    summary: "{unit} of {user} on {host} uses {value} of its memory",
    description:
      "{unit} of {user} on {host} uses {value} of its memory limit (limit {threshold}), and is killed at 100%.",
  },
  {
    uid: "watchpost-unit-cpu-throttled",
    name: "UnitCpuThrottled",
    severity: "warning",
    for: "15m",
    expr: "rate(container_cpu_cfs_throttled_periods_total[5m]) / (rate(container_cpu_cfs_periods_total[5m]) > 0)",
    above: "unitThrottled",
    summary: "{unit} of {user} on {host} is throttled {value} of the time",
    description: "{unit} of {user} on {host} used up its CPU quota in {value} of all periods (limit {threshold}).",
  },
  {
    uid: "watchpost-unit-many-processes",
    name: "UnitManyProcesses",
    severity: "warning",
    for: "15m",
    expr: "container_processes",
    above: "unitProcesses",
    summary: "{unit} of {user} on {host} has {value} processes",
    description:
      "{unit} of {user} on {host} has {value} processes (limit {threshold}): it may leave behind what it starts.",
  },
  {
    uid: "watchpost-service-logs-errors",
    name: "ServiceLogsErrors",
    severity: "warning",
    for: "5m",
    expr: 'sum by (host, user, service) (count_over_time({service=~".+", level=~"error|critical"} [10m]))',
    logs: true,
    above: "errorLines",
    summary: "The service {service} on {host} logs errors: {value} lines",
    description:
      "The service {service} of {user} on {host} wrote {value} error lines in 10 minutes (limit {threshold}).",
  },
]);
