import type { Thresholds } from "../thresholds.ts";
import type { Board, Row } from "./board.ts";
import { chosen, dashboardPath, dataLink, explorePath } from "./links.ts";
import { logLines, logVolume } from "./log-panels.ts";
import { poolStates, presentStates } from "./mappings.ts";
import { lines, stat, timeline } from "./panels.ts";
import { prom } from "./queries.ts";
import { above } from "./steps.ts";
import { table } from "./tables.ts";
import { host, several } from "./variables.ts";

const h = 'host="$host"';
const rate = "[$__rate_interval]";
const pools = `${h},pool=~"$pool"`;
const replication = `${h},zrepl_job=~"$zrepl"`;
const used = `zfs_pool_allocated_bytes{${pools}} / zfs_pool_size_bytes{${pools}}`;
const scrubAge = `time() - zfs_pool_scrub_end_timestamp_seconds{${pools}}`;
// 0 is never, since the daemon started
const lag = `time() - (zrepl_replication_last_successful{${replication}} > 0)`;
const vdevErrors = `increase(zfs_vdev_errors_total{${pools}}[1h])`;
const zreplLines = '{host="$host", service_name="zrepl"}';
// the units of ZFS, and of what the kernel says its part: cheaper than to look through all lines
const zfsLines = '{host="$host", unit=~"zfs.*|kernel"} |~ "(?i)zfs|zpool|vdev|spa"';
const zreplLinks = [
  dataLink("zrepl's log lines", dashboardPath("zfs", {}, "zrepl's log lines")),
  dataLink("zrepl's log lines in Explore", explorePath(`{host="${chosen("host")}", service_name="zrepl"}`)),
];
const zfsLinks = [dataLink("Log lines about ZFS", dashboardPath("zfs", {}, "Log lines about ZFS"))];

const glance = (at: Thresholds): Row => ({
  panels: [
    stat({
      title: "Worst pool",
      queries: [prom(`max(zfs_pool_health{${pools}})`)],
      mappings: poolStates,
      links: zfsLinks,
    }),
    stat({
      title: "Fullest pool",
      about: "ZFS slows down well before a pool is full.",
      unit: "percentunit",
      decimals: 0,
      queries: [prom(`max(${used})`)],
      steps: above(at.zfsPoolUsed, at.zfsPoolUsedCritical),
    }),
    stat({
      title: "Damaged",
      about: "Permanent errors in data, which no copy could repair.",
      queries: [prom(`sum(zfs_pool_data_errors{${pools}})`)],
      steps: above(undefined, 1),
      links: zfsLinks,
    }),
    stat({
      title: "Disk errors",
      about: "Read, write and checksum errors of all disks, since the last zpool clear.",
      queries: [prom(`sum(zfs_vdev_errors_total{${pools}})`)],
      steps: above(1),
      links: zfsLinks,
    }),
    stat({
      title: "Oldest scrub",
      unit: "s",
      decimals: 0,
      queries: [prom(`max(${scrubAge})`)],
      steps: above(at.zfsScrubAge),
    }),
    stat({
      title: "Behind",
      about: "Since the last success of the job that is furthest behind.",
      unit: "s",
      decimals: 0,
      queries: [prom(`max(${lag})`)],
      steps: above(undefined, at.replicationLag),
      links: zreplLinks,
    }),
    stat({
      title: "Failed",
      about: "File systems that failed in the jobs' last runs.",
      // -1 is a run that failed before it knew its file systems
      queries: [prom(`sum(abs(zrepl_replication_filesystem_errors{${replication}}))`)],
      steps: above(1),
      links: zreplLinks,
    }),
    stat({
      title: "ARC hits",
      about: "The share of reads that the ARC, ZFS's cache in memory, answered.",
      unit: "percentunit",
      decimals: 1,
      queries: [
        prom(
          `rate(node_zfs_arc_hits{${h}}${rate}) / (rate(node_zfs_arc_hits{${h}}${rate}) + rate(node_zfs_arc_misses{${h}}${rate}))`,
        ),
      ],
    }),
  ],
});

const poolRow = (at: Thresholds): Row => ({
  title: "Pools and disks",
  panels: [
    table({
      title: "Pools",
      about: "Size and free space are the pool's own, redundancy included.",
      none: "no pools",
      height: 7,
      keys: [{ label: "pool", title: "Pool" }],
      columns: [
        { title: "State", mappings: poolStates, query: prom(`max by (pool) (zfs_pool_health{${pools}})`) },
        { title: "Size", unit: "bytes", query: prom(`max by (pool) (zfs_pool_size_bytes{${pools}})`) },
        {
          title: "Used",
          unit: "percentunit",
          decimals: 1,
          steps: above(at.zfsPoolUsed, at.zfsPoolUsedCritical),
          query: prom(`max by (pool) (${used})`),
        },
        { title: "Free", unit: "bytes", query: prom(`max by (pool) (zfs_pool_free_bytes{${pools}})`) },
        {
          title: "Fragmented",
          unit: "percentunit",
          decimals: 0,
          query: prom(`max by (pool) (zfs_pool_fragmentation_ratio{${pools}})`),
        },
        {
          title: "Damaged files",
          steps: above(undefined, 1),
          query: prom(`max by (pool) (zfs_pool_data_errors{${pools}})`),
        },
        {
          title: "Last scrub",
          unit: "s",
          decimals: 0,
          steps: above(at.zfsScrubAge),
          query: prom(`max by (pool) (${scrubAge})`),
        },
        {
          title: "Scrub errors",
          steps: above(undefined, 1),
          query: prom(`max by (pool) (zfs_pool_scrub_errors{${pools}})`),
        },
        {
          title: "Scrub repaired",
          unit: "bytes",
          steps: above(1),
          query: prom(`max by (pool) (zfs_pool_scrub_repaired_bytes{${pools}})`),
        },
      ],
      sort: "Pool",
    }),
    lines({
      title: "Pools used",
      unit: "percentunit",
      max: 1,
      width: 8,
      steps: above(at.zfsPoolUsed, at.zfsPoolUsedCritical),
      queries: [prom(used, "{{pool}}")],
    }),
    lines({
      title: "Datasets used",
      about: "Mounted datasets, by what they refer to.",
      unit: "bytes",
      width: 8,
      queries: [
        prom(
          `topk(15, max by (mountpoint) (node_filesystem_size_bytes{${h},fstype="zfs"} - node_filesystem_avail_bytes{${h},fstype="zfs"}))`,
          "{{mountpoint}}",
        ),
      ],
    }),
    timeline({
      title: "State of disks",
      about: "Disks, mirrors and raidz groups, as zpool status has them.",
      width: 8,
      height: 8,
      mappings: poolStates,
      queries: [prom(`max by (pool, vdev) (zfs_vdev_state{${pools}})`, "{{pool}} {{vdev}}")],
      links: zfsLinks,
    }),
    lines({
      title: "New errors of disks",
      about: "Within the hour before each point. Checksum errors are data that came back other than it was written.",
      unit: "short",
      decimals: 0,
      bars: true,
      width: 12,
      none: "none",
      queries: [prom(`${vdevErrors} > 0`, "{{pool}} {{vdev}} {{type}}")],
      links: zfsLinks,
    }),
    timeline({
      title: "State of pools by the kernel",
      about:
        "What the kernel module itself says, at every scrape; the table's state is as old as the collector's last run.",
      width: 12,
      height: 8,
      mappings: presentStates,
      queries: [prom(`node_zfs_zpool_state{${h},zpool=~"$pool"} == 1`, "{{zpool}} {{state}}")],
      links: zfsLinks,
    }),
  ],
});

const arc: Row = {
  title: "ARC: the cache in memory",
  panels: [
    lines({
      title: "Size of the ARC",
      about: "It grows to its target, and the target shrinks when programs need the memory.",
      unit: "bytes",
      width: 8,
      queries: [
        prom(`node_zfs_arc_size{${h}}`, "size"),
        prom(`node_zfs_arc_c{${h}}`, "target"),
        prom(`node_zfs_arc_c_max{${h}}`, "at most"),
      ],
    }),
    lines({
      title: "Reads",
      unit: "ops",
      width: 8,
      queries: [
        prom(`rate(node_zfs_arc_hits{${h}}${rate})`, "from memory"),
        prom(`rate(node_zfs_arc_misses{${h}}${rate})`, "from disk"),
      ],
    }),
    lines({
      title: "Throttled for memory",
      about: "Writes that waited because the ARC could not get memory.",
      unit: "ops",
      width: 8,
      queries: [prom(`rate(node_zfs_arc_memory_throttle_count{${h}}${rate})`, "throttled")],
    }),
  ],
};

const zrepl = (at: Thresholds): Row => ({
  title: "Snapshots and replication (zrepl)",
  panels: [
    table({
      title: "Replication jobs",
      about:
        "Behind is the time since the last success; it counts from the daemon's start on. Errors stay 0 when nothing is replicated at all, the lag does not.",
      none: "no zrepl",
      width: 12,
      keys: [{ label: "zrepl_job", title: "Job", links: zreplLinks }],
      columns: [
        {
          title: "Behind",
          unit: "s",
          decimals: 0,
          steps: above(undefined, at.replicationLag),
          query: prom(`max by (zrepl_job) (${lag})`),
        },
        {
          title: "Failed file systems",
          steps: above(1),
          query: prom(`max by (zrepl_job) (abs(zrepl_replication_filesystem_errors{${replication}}))`),
        },
        {
          title: "Replicated, 24 h",
          unit: "bytes",
          query: prom(`sum by (zrepl_job) (increase(zrepl_replication_bytes_replicated{${replication}}[24h]))`),
        },
      ],
      sort: "Behind",
      height: 8,
    }),
    lines({
      title: "Replication behind, by job",
      unit: "s",
      steps: above(undefined, at.replicationLag),
      queries: [prom(lag, "{{zrepl_job}}")],
      links: zreplLinks,
    }),
    lines({
      title: "Replicated",
      unit: "Bps",
      width: 8,
      queries: [
        prom(`sum by (zrepl_job) (rate(zrepl_replication_bytes_replicated{${replication}}${rate}))`, "{{zrepl_job}}"),
      ],
    }),
    lines({
      title: "Snapshots taken and removed",
      about: "Within the hour before each point. Snapshots that are taken and never removed fill the pool.",
      unit: "short",
      decimals: 0,
      width: 8,
      queries: [
        prom(`sum(increase(zrepl_zfs_snapshot_duration_count{${h}}[1h]))`, "taken"),
        prom(`sum(increase(zrepl_zfs_destroy_duration_count{${h},dataset_type="snapshot"}[1h]))`, "removed"),
      ],
    }),
    lines({
      title: "zrepl's errors and warnings",
      about: "Lines in zrepl's own log, within the hour before each point. Snapshot jobs have no other metric.",
      unit: "short",
      decimals: 0,
      bars: true,
      width: 8,
      none: "none",
      queries: [
        prom(
          `sum by (zrepl_job, level) (increase(zrepl_daemon_log_entries{${replication},level=~"warn|error"}[1h])) > 0`,
          "{{zrepl_job}} {{level}}",
        ),
      ],
      links: zreplLinks,
    }),
  ],
});

const logs: Row = {
  title: "Logs",
  panels: [
    logVolume({ title: "zrepl's lines by level", expr: zreplLines, by: ["level"] }),
    logVolume({ title: "Lines about ZFS by unit", expr: zfsLines, by: ["unit"] }),
    logLines({ title: "zrepl's log lines", expr: zreplLines, width: 12 }),
    logLines({
      title: "Log lines about ZFS",
      about: "Of ZFS's own units, its event daemon among them, and of the kernel.",
      expr: zfsLines,
      width: 12,
    }),
  ],
};

/** Pools, their cache, and their replication by zrepl. */
export const zfsBoard = (at: Thresholds): Board => ({
  name: "zfs",
  kind: "zrepl",
  about: "Pools, disks, scrubs and the ARC; snapshots and replication by zrepl. Empty on a host without ZFS.",
  variables: [
    host("node_uname_info"),
    several({ name: "pool", label: "Pool", from: `zfs_pool_health{${h}}`, values: "pool" }),
    several({
      name: "zrepl",
      label: "Replication job",
      from: `zrepl_daemon_log_entries{${h}}`,
      values: "zrepl_job",
    }),
  ],
  rows: [glance(at), poolRow(at), arc, zrepl(at), logs],
});
