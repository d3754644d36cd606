import type { PlacedQuery } from "./all-queries.ts";

/** Queries that may find nothing on a test host: by what they ask for, or by where they stand. */
interface WithoutData {
  expr?: RegExp;
  where?: RegExp;
  why: string;
}

const notThere: WithoutData[] = [
  { expr: /\b(node_zfs_|zfs_(pool|vdev)_)|fstype="zfs"|unit=~"zfs/, why: "there is no ZFS on it" },
  { expr: /\bzrepl_(replication|zfs)_/, why: "without ZFS, zrepl replicates and snapshots nothing" },
  {
    expr: /\bcontainer_(memory|spec_memory|fs|oom)_/,
    why: "its control groups have no memory and io controllers where the machine's own are of the first kind",
  },
  { expr: /\bgrafana_/, why: "Grafana is there only where its image can be had" },
  { expr: /\bwatchpost_triage_/, why: "the triage is enabled in a test of its own" },
  { expr: /\bnode_(hwmon|md|nf_conntrack)_/, why: "a guest has no sensors, no RAID and no connection tracking" },
  { expr: /ssl_connection_error|first_cert_expiring/, why: "its Envoy has no TLS" },
  { expr: /"Created Event"|login_failed/, why: "the stand-in for Authentik writes no log lines" },
  {
    where: /^Host > The kernel$|^rule HardwareErrors$/,
    why: "the kernel is the machine's, and tells its guest nothing",
  },
];

const only = (when: string, where: RegExp): WithoutData => ({ where, why: `it is there only ${when}` });

const untilItHappens: WithoutData[] = [
  only("while a file system grows", /^Host > (Full in|File systems)$|^rule FileSystemFillsUp/),
  only("after a restart", /^(Host|Services) > Restarts/),
  only(
    "while a unit is failed or starts",
    /^(Host|Services) > .*nits that failed$|^rule Unit(StuckStarting|FailsOften)$/,
  ),
  only(
    "while a container or target is down",
    /^Services > (Stopped|Unhealthy|Failed units)$| > Targets down$|^rule (ContainerGone|ServiceDown)$/,
  ),
  only("for a unit with a CPU quota", /^Services > CPU held back$|^rule UnitCpuThrottled$/),
  only(
    "after a kill, a core dump or a refusal",
    /^rule (UnitKilledForMemory|ProcessDumpedCore|SocketRefusesConnections|SshLoginsRefused|LocalAccessRefused)$/,
  ),
  only(
    "after a failed, late or refused request",
    /^Envoy > (Refused and|Upstreams that|Retries and|Circuit breakers$)|^rule Envoy(UpstreamTimeouts|CircuitBreakerOpen)$/,
  ),
  only("after a failed task or statement", /^Authentik > (Tasks that failed|Database)$|^rule AuthentikDatabaseErrors$/),
  only("while a user has too much of something", /^rule UserOverBudget$/),
  only("while nothing is done", /^rule AuthentikTasksStuck$/),
  only(
    "after a loss of lines or samples",
    /^Watchpost stack > (Lines |Samples on their way)|^rule (JournaldDropsLines|JournalLinesBroken|LogsNotDelivered|LogsDropped|LokiRefusesLines)$/,
  ),
  only("while something of the stack fails", /^rule (AlloyComponentUnhealthy|LokiRetentionFails|LokiRequestsFail)$/),
  only("some hours after the start", /^Watchpost stack > (Growth in a day|Loki's retention)$/),
  only("after an error of theirs", /^(Authentik|Envoy|Watchpost stack) > .*[Ee]rror lines/),
];

/** Why a query may find nothing on a test host; undefined where it has to find something. */
export const whyWithoutData = ({ where, expr }: PlacedQuery): string | undefined =>
  [...notThere, ...untilItHappens].find((one) => one.expr?.test(expr) || one.where?.test(where))?.why;

/** Entries that fit no query any more. */
export const staleEntries = (queries: PlacedQuery[]): string[] =>
  [...notThere, ...untilItHappens]
    .filter((one) => !queries.some(({ where, expr }) => one.expr?.test(expr) || one.where?.test(where)))
    .map(({ why }) => why);
