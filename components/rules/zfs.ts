import { grown } from "./promql.ts";
import { ruleGroup } from "./rule.ts";

const used = "zfs_pool_allocated_bytes / zfs_pool_size_bytes";

/** ZFS pools, and zrepl, which replicates them. */
export const zfs = ruleGroup("zfs", "watchpost-zfs", [
  {
    uid: "watchpost-zfs-pool-not-online",
    name: "ZfsPoolNotOnline",
    severity: "critical",
    for: "1m",
    expr: "zfs_pool_health",
    above: 0,
    summary: "The pool {pool} on {host} is not online",
    description:
      "The pool {pool} on {host} is in state {value} (1 degraded, 2 faulted, 3 offline, 4 unavail, 5 removed, 6 suspended).",
  },
  {
    uid: "watchpost-zfs-pool-gone",
    name: "ZfsPoolGone",
    severity: "critical",
    for: "5m",
    expr:
      "(zfs_pool_size_bytes offset 1h unless on (host, pool) zfs_pool_size_bytes) " +
      "and on (host) watchpost_collector_last_run_timestamp_seconds",
    above: 0,
    summary: "The pool {pool} on {host} is gone",
    description: "The pool {pool} on {host} was imported an hour ago and is not any more.",
  },
  {
    uid: "watchpost-zfs-device-not-online",
    name: "ZfsDeviceNotOnline",
    severity: "warning",
    for: "5m",
    expr: "zfs_vdev_state",
    above: 0,
    summary: "{vdev} of the pool {pool} on {host} is not online",
    description:
      "{vdev} of {pool} is in state {value} (1 degraded, 2 faulted, 3 offline, 4 unavail, 5 removed, 6 suspended).",
  },
  {
    uid: "watchpost-zfs-device-errors",
    name: "ZfsDeviceErrors",
    severity: "warning",
    for: "0s",
    expr: "zfs_vdev_errors_total",
    above: 0,
    summary: "{vdev} of the pool {pool} on {host} has {type} errors: {value}",
    description:
      "{vdev} of {pool} has {value} {type} errors since the last `zpool clear`: a disk, its cable or its memory.",
  },
  {
    uid: "watchpost-zfs-data-errors",
    name: "ZfsDataErrors",
    severity: "critical",
    for: "0s",
    expr: "zfs_pool_data_errors",
    above: 0,
    summary: "The pool {pool} on {host} has lost data",
    description: "{value} files or objects of {pool} on {host} are damaged for good: they have to come from a backup.",
  },
  {
    uid: "watchpost-zfs-scrub-errors",
    name: "ZfsScrubErrors",
    severity: "critical",
    for: "0s",
    expr: "zfs_pool_scrub_errors",
    above: 0,
    summary: "The last scrub of {pool} on {host} found errors",
    description: "The last scrub of {pool} on {host} found {value} errors that it could not repair.",
  },
  {
    uid: "watchpost-zfs-scrub-overdue",
    name: "ZfsScrubOverdue",
    severity: "warning",
    for: "1h",
    expr: "time() - zfs_pool_scrub_end_timestamp_seconds",
    above: "zfsScrubAge",
    summary: "{pool} on {host} has not been scrubbed for {value}",
    description:
      "The last scrub of {pool} on {host} ended {value} ago (limit {threshold}); until the next, decay is not seen.",
  },
  {
    uid: "watchpost-zfs-never-scrubbed",
    name: "ZfsNeverScrubbed",
    severity: "info",
    for: "1d",
    expr:
      "(zfs_pool_health >= bool 0) unless on (host, pool) zfs_pool_scrub_end_timestamp_seconds " +
      "unless on (host, pool) zfs_pool_scrub_in_progress == 1",
    above: 0,
    summary: "{pool} on {host} has never been scrubbed",
    description: "zpool knows of no scrub of {pool} on {host} that came to its end: decay of its disks is not seen.",
  },
  {
    uid: "watchpost-zfs-pool-fills-up",
    name: "ZfsPoolFillsUp",
    severity: "warning",
    for: "15m",
    expr: used,
    above: "zfsPoolUsed",
    summary: "The pool {pool} on {host} is {value} full",
    description: "{value} of {pool} on {host} is used (limit {threshold}); above 80% ZFS gets slow and fragments.",
  },
  {
    uid: "watchpost-zfs-pool-almost-full",
    name: "ZfsPoolAlmostFull",
    severity: "critical",
    for: "15m",
    expr: used,
    above: "zfsPoolUsedCritical",
    summary: "The pool {pool} on {host} is {value} full",
    description: "{value} of {pool} on {host} is used (limit {threshold}); a full pool cannot even delete.",
  },
  {
    uid: "watchpost-zrepl-replication-lag",
    name: "ZreplReplicationLag",
    severity: "critical",
    for: "15m",
    // its error gauge stays 0 when nothing is replicated at all: zrepl#516
    expr: "time() - (zrepl_replication_last_successful > 0)",
    above: "replicationLag",
    summary: "{zrepl_job} on {host} has not replicated for {value}",
    description:
      "The last successful replication of the zrepl job {zrepl_job} on {host} was {value} ago (limit {threshold}).",
  },
  {
    uid: "watchpost-zrepl-never-replicated",
    name: "ZreplNeverReplicated",
    severity: "warning",
    for: "6h",
    expr: "zrepl_replication_last_successful == bool 0",
    above: 0,
    summary: "{zrepl_job} on {host} has not replicated since zrepl was started",
    description: "The zrepl job {zrepl_job} on {host} has had no successful replication since the daemon was started.",
  },
  {
    uid: "watchpost-zrepl-replication-errors",
    name: "ZreplReplicationErrors",
    severity: "warning",
    for: "30m",
    // -1 is a failure before the file systems were listed
    expr: "abs(zrepl_replication_filesystem_errors)",
    above: 0,
    summary: "{zrepl_job} on {host} cannot replicate everything",
    description:
      "The last replication of {zrepl_job} on {host} failed for {value} file systems, or before it could list them.",
  },
  {
    uid: "watchpost-zrepl-logs-errors",
    name: "ZreplLogsErrors",
    severity: "warning",
    for: "15m",
    expr: `sum by (host, job, instance, service, zrepl_job) ${grown('zrepl_daemon_log_entries{level="error"}', "1h")}`,
    above: 0,
    summary: "{zrepl_job} of zrepl on {host} logs errors",
    description:
      "zrepl on {host} has logged {value} errors of {zrepl_job} in an hour; snapshots and pruning fail only there.",
  },
  {
    uid: "watchpost-zrepl-filter-matches-nothing",
    name: "ZreplFilterMatchesNothing",
    severity: "warning",
    for: "1h",
    expr: "zrepl_zfs_list_unmatched_user_specified_dataset_count",
    above: 0,
    summary: "A filter of the zrepl job {jobid} on {host} matches nothing",
    description: "{value} data sets that the filters of {jobid} name are not there: they are not replicated.",
  },
]);
