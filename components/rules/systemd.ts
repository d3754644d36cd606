import { systemUnits } from "./promql.ts";
import { ruleGroup } from "./rule.ts";

// the journal's ids for what systemd says; source: systemd's catalog, sd-messages.h
const unitFailed = "d9b373ed55a64feb8242e02dbe79a49c";
const unitOutOfMemory = "fe6faa94e7774663a0da52717891d8ef";
const coredump = "fc2e22bc6ee647b6b90729ab34a250b1";

// the fewer lines are looked through, the better: each rule asks once a minute
const messages = (id: string, streams = 'source="journal"') => `{${streams}} | message_id="${id}"`;
// a health check that fails is a unit that fails, and another rule's
const warnings = 'source="journal", level="warn", unit!="podman-healthcheck"';
const coredumps = 'source="journal", unit=~"systemd-coredump@.*"';

/** Units of the system's manager and of every user's. */
export const systemd = ruleGroup("systemd", "watchpost-services", [
  {
    uid: "watchpost-unit-failed",
    name: "UnitFailed",
    severity: "warning",
    for: "5m",
    expr: `${systemUnits('node_systemd_unit_state{state="failed"}')} or systemd_user_unit_state{state="failed"}`,
    above: 0,
    summary: "{unit} of {user} on {host} has failed",
    description: "The unit {unit} of {user} on {host} is in the state failed and does not start again by itself.",
  },
  {
    uid: "watchpost-unit-restart-loop",
    name: "UnitRestartLoop",
    severity: "critical",
    for: "0s",
    expr:
      `${systemUnits("increase(node_systemd_service_restart_total[15m])")} ` +
      "or increase(systemd_user_service_restarts_total[15m])",
    above: "restarts",
    summary: "{unit} of {user} on {host} restarts again and again: {value} times",
    description: "systemd has restarted {unit} of {user} on {host} {value} times in 15 minutes (limit {threshold}).",
  },
  {
    uid: "watchpost-unit-stuck-starting",
    name: "UnitStuckStarting",
    severity: "warning",
    for: "30m",
    // a job that runs once is activating as long as it runs
    expr: systemUnits('node_systemd_unit_state{state="activating", type!="oneshot"}'),
    above: 0,
    summary: "{unit} of {user} on {host} does not get started",
    description:
      "The unit {unit} of {user} on {host} has been starting for half an hour: it waits for something, or loops.",
  },
  {
    uid: "watchpost-socket-refuses-connections",
    name: "SocketRefusesConnections",
    severity: "warning",
    for: "0s",
    expr: systemUnits("increase(node_systemd_socket_refused_connections_total[15m])"),
    above: 0,
    summary: "{unit} on {host} refuses connections",
    description: "systemd refused {value} connections to {unit} on {host} in 15 minutes: it has as many as it may.",
  },
  {
    uid: "watchpost-unit-fails-often",
    name: "UnitFailsOften",
    severity: "warning",
    for: "0s",
    expr: `sum by (host, user, unit) (count_over_time(${messages(unitFailed, warnings)} [1h]))`,
    logs: true,
    above: "unitFailures",
    summary: "{unit} of {user} on {host} has failed {value} times in an hour",
    description:
      "{unit} of {user} on {host} has failed {value} times in an hour (limit {threshold}), too slowly for a loop.",
  },
  {
    uid: "watchpost-unit-killed-for-memory",
    name: "UnitKilledForMemory",
    severity: "critical",
    for: "0s",
    expr: `sum by (host, user, unit) (count_over_time(${messages(unitOutOfMemory)} [10m]))`,
    logs: true,
    above: 0,
    summary: "{unit} of {user} on {host} was killed for memory",
    description: "A process of {unit} of {user} on {host} was killed because the unit or the host ran out of memory.",
  },
  {
    uid: "watchpost-process-dumped-core",
    name: "ProcessDumpedCore",
    severity: "warning",
    for: "0s",
    expr:
      `sum by (host, process) (count_over_time(${messages(coredump, coredumps)} ` +
      '| regexp "Process [0-9]+ .(?P<process>[^)]+). of user" [10m]))',
    logs: true,
    above: 0,
    summary: "{process|A process} on {host} has crashed",
    description: "{process|A process} on {host} has crashed and left a core dump, {value} times in 10 minutes.",
  },
]);
