import type { Thresholds } from "../thresholds.ts";
import type { Board, Row } from "./board.ts";
import { dashboardPath, dataLink, logLinks, ofRow, ofSeries } from "./links.ts";
import { logLines, logVolume } from "./log-panels.ts";
import { failedStates } from "./mappings.ts";
import { lines, stat } from "./panels.ts";
import { loki, prom } from "./queries.ts";
import { above, below } from "./steps.ts";
import { table } from "./tables.ts";
import { host } from "./variables.ts";

const h = 'host="$host"';
const rate = "[$__rate_interval]";
// what is mounted read-only is full on purpose
const writable = `unless on (host, mountpoint) node_filesystem_readonly{${h}} == 1`;
const usedShare = `(1 - node_filesystem_avail_bytes{${h}} / node_filesystem_size_bytes{${h}}) ${writable}`;
const fillsIn = `node_filesystem_avail_bytes{${h}} / -(deriv(node_filesystem_avail_bytes{${h}}[6h]) < 0) ${writable}`;
const days = 86400;
const errorLines = `{${h}, level=~"error|critical"}`;
const serviceLinks = [
  dataLink("Its services", dashboardPath("services", { user: ofSeries("user"), unit: ofSeries("unit") })),
  ...logLinks({ user: ofSeries("user"), unit: ofSeries("unit") }),
];

const glance = (at: Thresholds): Row => ({
  panels: [
    stat({
      title: "Up for",
      unit: "s",
      decimals: 0,
      queries: [prom(`time() - node_boot_time_seconds{${h}}`)],
      steps: below(at.freshBoot),
    }),
    stat({
      title: "CPU busy",
      unit: "percentunit",
      decimals: 0,
      queries: [prom(`1 - avg(rate(node_cpu_seconds_total{${h},mode="idle"}${rate}))`)],
    }),
    stat({
      title: "RAM used",
      about: "What cannot be given to a program without swapping. Caches count as free.",
      unit: "percentunit",
      decimals: 0,
      queries: [prom(`1 - node_memory_MemAvailable_bytes{${h}} / node_memory_MemTotal_bytes{${h}}`)],
      steps: above(undefined, 1 - at.memoryAvailable),
    }),
    stat({
      title: "Fullest disk",
      unit: "percentunit",
      decimals: 0,
      queries: [prom(`max(${usedShare})`)],
      steps: above(undefined, 1 - at.fileSystemFree),
    }),
    stat({
      title: "Full in",
      about: "The first one to be, if it goes on as in the last 6 hours.",
      unit: "s",
      decimals: 0,
      none: "> 30 d",
      queries: [prom(`min(${fillsIn}) < ${30 * days}`)],
      steps: below(at.fileSystemFillsUp, at.fileSystemFillsUpSoon),
    }),
    stat({
      title: "Failed units",
      about: "Of the system's manager and of all users' managers.",
      queries: [
        prom(
          `sum(node_systemd_unit_state{${h},state="failed"}) + (count(systemd_user_unit_state{${h},state="failed"}) or vector(0))`,
        ),
      ],
      steps: above(1),
      links: [dataLink("The units", dashboardPath("host", {}, "Units that failed"))],
    }),
    stat({
      title: "OOM",
      about: "Processes that the kernel's OOM killer ended in the time that is looked at.",
      decimals: 0,
      queries: [prom(`increase(node_vmstat_oom_kill{${h}}[$__range])`)],
      steps: above(undefined, 1),
    }),
    stat({
      title: "Error lines",
      about: "Lines of level error or critical, of everything on the host, in the time that is looked at.",
      unit: "short",
      none: "0",
      queries: [loki(`sum(count_over_time(${errorLines} [$__range]))`)],
      links: [dataLink("The lines", dashboardPath("host", {}, "Errors on the host"))],
    }),
  ],
});

const cpu = (at: Thresholds): Row => ({
  title: "CPU",
  panels: [
    lines({
      title: "CPU time by mode",
      about: "Of all cores together. Steal is time that the hypervisor gave to others.",
      unit: "percentunit",
      stacked: true,
      max: 1,
      width: 8,
      queries: [
        prom(
          `sum by (mode) (rate(node_cpu_seconds_total{${h},mode!="idle"}${rate})) / scalar(count(node_cpu_seconds_total{${h},mode="idle"}))`,
          "{{mode}}",
        ),
      ],
    }),
    lines({
      title: "Waiting for a CPU",
      about: "Pressure (PSI): the share of time in which at least one task was ready and had no CPU.",
      unit: "percentunit",
      width: 8,
      queries: [prom(`rate(node_pressure_cpu_waiting_seconds_total{${h}}${rate})`, "some")],
      steps: above(at.cpuPressure),
    }),
    lines({
      title: "CPU by unit",
      about: "The ten busiest, as cores. Click on a line for its service and its log lines.",
      unit: "none",
      decimals: 2,
      stacked: true,
      width: 8,
      queries: [
        prom(
          `topk(10, sum by (user, unit) (rate(container_cpu_usage_seconds_total{${h}}${rate})))`,
          "{{unit}} ({{user}})",
        ),
      ],
      links: serviceLinks,
    }),
  ],
});

const memory = (at: Thresholds): Row => ({
  title: "Memory and swap",
  panels: [
    lines({
      title: "Memory",
      about: "Cache and buffers are given back when a program needs them.",
      unit: "bytes",
      stacked: true,
      width: 6,
      queries: [
        prom(
          `node_memory_MemTotal_bytes{${h}} - node_memory_MemFree_bytes{${h}} - node_memory_Cached_bytes{${h}} - node_memory_Buffers_bytes{${h}} - node_memory_SReclaimable_bytes{${h}}`,
          "programs and kernel",
        ),
        prom(
          `node_memory_Cached_bytes{${h}} + node_memory_Buffers_bytes{${h}} + node_memory_SReclaimable_bytes{${h}}`,
          "cache and buffers",
        ),
        prom(`node_memory_MemFree_bytes{${h}}`, "free"),
      ],
    }),
    lines({
      title: "Waiting for memory",
      about: "Pressure (PSI): the share of time in which some, or all, tasks stood still for want of memory.",
      unit: "percentunit",
      width: 6,
      queries: [
        prom(`rate(node_pressure_memory_waiting_seconds_total{${h}}${rate})`, "some"),
        prom(`rate(node_pressure_memory_stalled_seconds_total{${h}}${rate})`, "all"),
      ],
      steps: above(at.memoryPressure),
    }),
    lines({
      title: "Swapping",
      about: "Pages from and to swap, and faults that had to read the disk.",
      unit: "ops",
      width: 6,
      queries: [
        prom(`rate(node_vmstat_pswpin{${h}}${rate})`, "swapped in"),
        prom(`rate(node_vmstat_pswpout{${h}}${rate})`, "swapped out"),
        prom(`rate(node_vmstat_pgmajfault{${h}}${rate})`, "major faults"),
      ],
    }),
    lines({
      title: "Memory by unit",
      about: "The ten largest working sets. Click on a line for its service and its log lines.",
      unit: "bytes",
      stacked: true,
      width: 6,
      queries: [
        prom(`topk(10, sum by (user, unit) (container_memory_working_set_bytes{${h}}))`, "{{unit}} ({{user}})"),
      ],
      links: serviceLinks,
    }),
  ],
});

const storage = (at: Thresholds): Row[] => [
  {
    title: "Disks",
    panels: [
      lines({
        title: "Disks busy",
        about: "The share of time with at least one request under way. An SSD at 100 % may still have room.",
        unit: "percentunit",
        width: 6,
        queries: [prom(`rate(node_disk_io_time_seconds_total{${h}}${rate})`, "{{device}}")],
      }),
      lines({
        title: "Waiting for disks",
        about: "Pressure (PSI): the share of time in which some, or all, tasks stood still for a disk.",
        unit: "percentunit",
        width: 6,
        queries: [
          prom(`rate(node_pressure_io_waiting_seconds_total{${h}}${rate})`, "some"),
          prom(`rate(node_pressure_io_stalled_seconds_total{${h}}${rate})`, "all"),
        ],
        steps: above(at.ioPressure),
      }),
      lines({
        title: "Read and written",
        about: "Reads are above the line, writes below.",
        unit: "Bps",
        width: 6,
        queries: [
          prom(`rate(node_disk_read_bytes_total{${h}}${rate})`, "{{device}} read"),
          prom(`-rate(node_disk_written_bytes_total{${h}}${rate})`, "{{device}} written"),
        ],
      }),
      lines({
        title: "Time of a request",
        about: "The mean, with the time that it waits in the queue.",
        unit: "s",
        width: 6,
        queries: [
          prom(
            `rate(node_disk_read_time_seconds_total{${h}}${rate}) / (rate(node_disk_reads_completed_total{${h}}${rate}) > 0)`,
            "{{device}} read",
          ),
          prom(
            `rate(node_disk_write_time_seconds_total{${h}}${rate}) / (rate(node_disk_writes_completed_total{${h}}${rate}) > 0)`,
            "{{device}} write",
          ),
        ],
      }),
    ],
  },
  {
    title: "Space",
    panels: [
      table({
        title: "File systems",
        about:
          "Full in: if it goes on as in the last 6 hours; empty where nothing grows. What is mounted read-only is full on purpose.",
        width: 14,
        height: 9,
        keys: [
          { label: "mountpoint", title: "Mounted at" },
          { label: "fstype", title: "Type", width: 90 },
        ],
        columns: [
          {
            title: "Size",
            width: 95,
            unit: "bytes",
            query: prom(`max by (mountpoint, fstype) (node_filesystem_size_bytes{${h}})`),
          },
          {
            title: "Used",
            width: 95,
            unit: "percentunit",
            decimals: 1,
            steps: above(undefined, 1 - at.fileSystemFree),
            query: prom(`max by (mountpoint, fstype) (${usedShare})`),
          },
          {
            title: "Free",
            width: 95,
            unit: "bytes",
            query: prom(`max by (mountpoint, fstype) (node_filesystem_avail_bytes{${h}})`),
          },
          {
            title: "Inodes used",
            width: 130,
            unit: "percentunit",
            decimals: 1,
            steps: above(1 - at.inodesFree),
            query: prom(
              `max by (mountpoint, fstype) (1 - node_filesystem_files_free{${h}} / (node_filesystem_files{${h}} > 0))`,
            ),
          },
          {
            title: "Full in",
            width: 100,
            unit: "s",
            decimals: 0,
            steps: below(at.fileSystemFillsUp, at.fileSystemFillsUpSoon),
            query: prom(`min by (mountpoint, fstype) (${fillsIn})`),
          },
        ],
        sort: "Used",
      }),
      lines({
        title: "File systems used",
        unit: "percentunit",
        max: 1,
        width: 10,
        height: 9,
        queries: [prom(usedShare, "{{mountpoint}}")],
        steps: above(undefined, 1 - at.fileSystemFree),
      }),
    ],
  },
];

const network = (at: Thresholds): Row => ({
  title: "Network",
  panels: [
    lines({
      title: "Received and sent",
      about: "Received is above the line, sent below.",
      unit: "bps",
      width: 8,
      queries: [
        prom(`8 * rate(node_network_receive_bytes_total{${h}}${rate})`, "{{device}} received"),
        prom(`-8 * rate(node_network_transmit_bytes_total{${h}}${rate})`, "{{device}} sent"),
      ],
    }),
    lines({
      title: "Broken packets",
      about: "The share of packets that were errors, by interface.",
      unit: "percentunit",
      width: 8,
      steps: above(at.networkErrors),
      queries: [
        prom(
          `rate(node_network_receive_errs_total{${h}}${rate}) / (rate(node_network_receive_packets_total{${h}}${rate}) > 0)`,
          "{{device}} received",
        ),
        prom(
          `rate(node_network_transmit_errs_total{${h}}${rate}) / (rate(node_network_transmit_packets_total{${h}}${rate}) > 0)`,
          "{{device}} sent",
        ),
      ],
    }),
    lines({
      title: "TCP",
      about:
        "Segments sent again are lost ones: a share above a few per cent is felt. A full connection table refuses new ones.",
      unit: "percentunit",
      width: 8,
      steps: above(at.connectionTable),
      queries: [
        prom(
          `rate(node_netstat_Tcp_RetransSegs{${h}}${rate}) / rate(node_netstat_Tcp_OutSegs{${h}}${rate})`,
          "segments sent again",
        ),
        prom(`node_nf_conntrack_entries{${h}} / node_nf_conntrack_entries_limit{${h}}`, "connection table used"),
      ],
    }),
  ],
});

const systemd = (at: Thresholds): Row => ({
  title: "systemd and hardware",
  panels: [
    table({
      title: "Units that failed",
      about: "Click on a unit for its log lines.",
      none: "none",
      width: 8,
      height: 8,
      keys: [
        { label: "user", title: "User" },
        { label: "unit", title: "Unit", links: logLinks({ user: ofRow("User"), unit: ofRow("Unit") }) },
      ],
      columns: [
        {
          title: "State",
          mappings: failedStates,
          query: prom(
            `max by (user, unit) (label_replace(label_replace(node_systemd_unit_state{${h},state="failed"} == 1, "unit", "$1", "name", "(.+)"), "user", "root", "", "") or systemd_user_unit_state{${h},state="failed"} == 1)`,
          ),
          width: 80,
        },
      ],
      sort: "Unit",
    }),
    lines({
      title: "Restarts of units",
      about: "By the system's manager and the users'. A unit that shows up again and again is in a crash loop.",
      unit: "short",
      bars: true,
      width: 8,
      none: "none",
      steps: above(undefined, at.restarts),
      queries: [
        prom(`increase(node_systemd_service_restart_total{${h}}[15m]) > 0`, "{{name}} (root)"),
        prom(`increase(systemd_user_service_restarts_total{${h}}[15m]) > 0`, "{{unit}} ({{user}})"),
      ],
    }),
    lines({
      title: "Clock",
      about: "How far the clock may be off. It grows while no time server is reached.",
      unit: "s",
      width: 4,
      queries: [
        prom(`node_timex_maxerror_seconds{${h}}`, "at most"),
        prom(`abs(node_timex_offset_seconds{${h}})`, "measured"),
      ],
    }),
    lines({
      title: "Temperature",
      none: "no sensors",
      about: "Empty on a virtual machine.",
      unit: "celsius",
      width: 4,
      steps: above(at.temperature),
      queries: [prom(`max by (chip) (node_hwmon_temp_celsius{${h}})`, "{{chip}}")],
    }),
  ],
});

const logs: Row = {
  title: "Logs",
  panels: [
    logVolume({
      title: "Lines by level",
      expr: `{${h}}`,
      by: ["level"],
      links: [dataLink("Its services", dashboardPath("services"))],
    }),
    logVolume({
      title: "Error lines by unit",
      about: "Click on a bar for the lines.",
      expr: errorLines,
      by: ["unit", "user"],
      links: logLinks({ user: ofSeries("user"), unit: ofSeries("unit") }),
    }),
    logLines({ title: "Errors on the host", expr: errorLines }),
    logLines({
      title: "The kernel",
      about: "Out of memory, disks, links: what the kernel itself says, from warnings on.",
      expr: `{${h}, unit="kernel", level=~"warn|error|critical"}`,
    }),
  ],
};

/** Utilisation, saturation and errors of each resource of the host. */
export const hostBoard = (at: Thresholds): Board => ({
  name: "host",
  about: "Utilisation, saturation and errors of CPU, memory, disks and network, and what systemd and the kernel say.",
  variables: [host("node_uname_info")],
  rows: [glance(at), cpu(at), memory(at), ...storage(at), network(at), systemd(at), logs],
});
