import { ruleGroup } from "./rule.ts";

const free = "node_filesystem_avail_bytes / node_filesystem_size_bytes";
const writable = "node_filesystem_readonly == 0";
// at the pace of the last six hours; a file system that grows emptier has no time at which it is full
const fullIn = "node_filesystem_avail_bytes / (-deriv(node_filesystem_avail_bytes[6h]) > 0)";

const hardwareErrors = [
  "I/O error",
  "nvme.*(timeout|controller is down)",
  "EDAC.* UE ",
  "Hardware Error",
  "Machine check",
  "EXT4-fs error",
  "XFS.*[Cc]orruption",
  "BTRFS (error|critical)",
].join("|");

/** The machine itself: disks, memory, CPU, clock, hardware, logins. */
export const host = ruleGroup("host", "watchpost-host", [
  {
    uid: "watchpost-file-system-almost-full",
    name: "FileSystemAlmostFull",
    severity: "critical",
    for: "15m",
    expr: `${free} and ${writable}`,
    below: "fileSystemFree",
    summary: "{mountpoint} on {host} is almost full: {value} free",
    description:
      "{device} on {mountpoint} has {value} of its size left (limit {threshold}); writes fail when it is full.",
  },
  {
    uid: "watchpost-file-system-fills-up",
    name: "FileSystemFillsUp",
    severity: "warning",
    for: "1h",
    expr: `${fullIn} and ${free} < 0.4 and ${writable}`,
    below: "fileSystemFillsUp",
    summary: "{mountpoint} on {host} is full in {value}",
    description: "At the pace of the last six hours, {device} on {mountpoint} is full in {value} (limit {threshold}).",
  },
  {
    uid: "watchpost-file-system-fills-up-soon",
    name: "FileSystemFillsUpSoon",
    severity: "critical",
    for: "30m",
    expr: `${fullIn} and ${free} < 0.2 and ${writable}`,
    below: "fileSystemFillsUpSoon",
    summary: "{mountpoint} on {host} is full in {value}",
    description: "At the pace of the last six hours, {device} on {mountpoint} is full in {value} (limit {threshold}).",
  },
  {
    uid: "watchpost-inodes-almost-used-up",
    name: "InodesAlmostUsedUp",
    severity: "warning",
    for: "30m",
    expr: `node_filesystem_files_free / (node_filesystem_files > 0) and ${writable}`,
    below: "inodesFree",
    summary: "{mountpoint} on {host} runs out of inodes: {value} free",
    description:
      "{device} on {mountpoint} has {value} of its inodes left (limit {threshold}); without one, no file can be made.",
  },
  {
    uid: "watchpost-file-system-turned-read-only",
    name: "FileSystemTurnedReadOnly",
    severity: "critical",
    for: "5m",
    expr: "node_filesystem_readonly and min_over_time(node_filesystem_readonly[1d]) == 0",
    above: 0,
    summary: "{mountpoint} on {host} has become read-only",
    description:
      "{device} on {mountpoint} was writable within the last day and is not any more: most often a disk's error.",
  },
  {
    uid: "watchpost-memory-almost-used-up",
    name: "MemoryAlmostUsedUp",
    severity: "critical",
    for: "10m",
    expr: "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
    below: "memoryAvailable",
    summary: "{host} is short of memory: {value} available",
    description:
      "{value} of the memory of {host} is available (limit {threshold}); the kernel kills a process when there is none.",
  },
  {
    uid: "watchpost-memory-pressure",
    name: "MemoryPressure",
    severity: "warning",
    for: "10m",
    expr: "rate(node_pressure_memory_stalled_seconds_total[5m])",
    above: "memoryPressure",
    summary: "{host} waits for memory {value} of the time",
    description:
      "For {value} of the time nothing on {host} goes on because everything waits for memory (limit {threshold}).",
  },
  {
    uid: "watchpost-out-of-memory-kill",
    name: "OutOfMemoryKill",
    severity: "critical",
    for: "0s",
    expr: "increase(node_vmstat_oom_kill[10m])",
    above: 0,
    summary: "{host} ran out of memory, processes killed: {value}",
    description:
      "The kernel of {host} killed {value} in the last 10 minutes, because memory had run out, of the host or of a unit.",
  },
  {
    uid: "watchpost-cpu-pressure",
    name: "CpuPressure",
    severity: "warning",
    for: "20m",
    expr: "rate(node_pressure_cpu_waiting_seconds_total[5m])",
    above: "cpuPressure",
    summary: "{host} waits for a CPU {value} of the time",
    description: "For {value} of the time some task on {host} waits for a CPU (limit {threshold}).",
  },
  {
    uid: "watchpost-cpu-stolen",
    name: "CpuStolen",
    severity: "warning",
    for: "30m",
    expr: 'avg by (host) (rate(node_cpu_seconds_total{mode="steal"}[5m]))',
    above: "cpuStolen",
    summary: "The hypervisor takes {value} of the CPUs of {host}",
    description: "{value} of the CPU time of {host} goes to other guests of its machine (limit {threshold}).",
  },
  {
    uid: "watchpost-io-pressure",
    name: "IoPressure",
    severity: "warning",
    for: "20m",
    expr: "rate(node_pressure_io_stalled_seconds_total[5m])",
    above: "ioPressure",
    summary: "{host} waits for its disks {value} of the time",
    description:
      "For {value} of the time nothing on {host} goes on because everything waits for a disk (limit {threshold}).",
  },
  {
    uid: "watchpost-network-errors",
    name: "NetworkErrors",
    severity: "warning",
    for: "30m",
    expr:
      "(rate(node_network_receive_errs_total[5m]) + rate(node_network_transmit_errs_total[5m])) / " +
      "(rate(node_network_receive_packets_total[5m]) + rate(node_network_transmit_packets_total[5m]) > 1)",
    above: "networkErrors",
    summary: "{device} on {host} has {value} broken packets",
    description:
      "{value} of the packets of {device} on {host} are broken (limit {threshold}): a cable, a port or a driver.",
  },
  {
    uid: "watchpost-connection-table-almost-full",
    name: "ConnectionTableAlmostFull",
    severity: "warning",
    for: "10m",
    expr: "node_nf_conntrack_entries / node_nf_conntrack_entries_limit",
    above: "connectionTable",
    summary: "The connection table of {host} is {value} full",
    description:
      "{value} of the entries of the kernel's connection table are used (limit {threshold}); then packets are dropped.",
  },
  {
    uid: "watchpost-clock-not-synchronised",
    name: "ClockNotSynchronised",
    severity: "warning",
    for: "15m",
    expr: "max_over_time(node_timex_sync_status[5m]) and node_timex_maxerror_seconds >= 16",
    below: 1,
    summary: "The clock of {host} is not synchronised",
    description: "No time server keeps the clock of {host}: logs, tokens and certificates go wrong as it drifts.",
  },
  {
    uid: "watchpost-host-rebooted",
    name: "HostRebooted",
    severity: "info",
    for: "0s",
    expr: "time() - node_boot_time_seconds",
    below: "freshBoot",
    summary: "{host} booted {value} ago",
    description: "{host} booted {value} ago. Told for {threshold}, so that a boot nobody wanted is seen.",
  },
  {
    uid: "watchpost-temperature-high",
    name: "TemperatureHigh",
    severity: "warning",
    for: "5m",
    expr: "max by (host, chip) (node_hwmon_temp_celsius)",
    above: "temperature",
    summary: "{chip} of {host} is at {value}",
    description: "The chip {chip} of {host} is at {value} (limit {threshold}): a fan, dust, or too warm a room.",
  },
  {
    uid: "watchpost-raid-degraded",
    name: "RaidDegraded",
    severity: "critical",
    for: "5m",
    expr: 'node_md_disks_required - ignoring (state) node_md_disks{state="active"}',
    above: 0,
    summary: "The array {device} on {host} is degraded, disks missing: {value}",
    description: "The software RAID {device} on {host} runs with fewer disks than it needs; missing: {value}.",
  },
  {
    uid: "watchpost-hardware-errors",
    name: "HardwareErrors",
    severity: "critical",
    for: "0s",
    expr: `sum by (host) (count_over_time({source="journal", unit="kernel"} |~ "${hardwareErrors}" [15m]))`,
    logs: true,
    above: 0,
    summary: "The kernel of {host} reports errors of disks or memory",
    description:
      "The kernel of {host} wrote {value} lines about failing hardware or broken file systems in 15 minutes.",
  },
  {
    uid: "watchpost-local-access-refused",
    name: "LocalAccessRefused",
    severity: "warning",
    for: "0s",
    // of each minute the kernel tells six
    expr: `sum by (host, uid) (count_over_time({source="journal", unit="kernel"} |= "watchpost refused: " | regexp "UID=(?P<uid>[0-9]+)" [10m]))`,
    logs: true,
    above: 0,
    summary: "A process of the user {uid|of some id} on {host} tries to reach Watchpost's ports",
    description:
      "On {host} the user with the id {uid|that the kernel logged} was refused {value} times in 10 minutes at a port of Grafana, Loki, Prometheus or Alloy.",
  },
  {
    uid: "watchpost-ssh-logins-refused",
    name: "SshLoginsRefused",
    severity: "info",
    for: "0s",
    expr: 'sum by (host) (count_over_time({source="journal", service_name="sshd"} |~ "Failed password|Invalid user|by (authenticating|invalid) user|authentication failure" [10m]))',
    logs: true,
    above: "sshRefusals",
    summary: "{host} has refused {value} ssh logins",
    description: "sshd on {host} refused {value} logins in 10 minutes (limit {threshold}): somebody tries passwords.",
  },
]);
