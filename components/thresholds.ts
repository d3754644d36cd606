/** What a threshold counts: `ratio` is 0 to 1, `perSecond` a rate, `count` whole numbers. */
export type Unit = "ratio" | "seconds" | "days" | "count" | "perSecond" | "celsius";

/** A bound that alert rules and dashboards share; `min` and `max` are what the config may set it to, both included. */
export interface Threshold {
  value: number;
  unit: Unit;
  min: number;
  max: number;
  about: string;
}

const of =
  (unit: Unit, min: number, max: number) =>
  (value: number, about: string): Threshold => ({ value, unit, min, max, about });

const ratio = of("ratio", 0, 1);
const count = of("count", 0, 1e9);
const perSecond = of("perSecond", 0, 1e6);
const celsius = of("celsius", 20, 120);
const days = of("days", 1, 365);
// a year at most
const seconds = of("seconds", 0, 31_536_000);

const minutes = (number: number) => number * 60;
const hours = (number: number) => number * 3600;

const table = {
  fileSystemFree: ratio(0.05, "free space of a file system, of its size"),
  fileSystemFillsUp: seconds(hours(24), "time until a file system is full, at the pace of the last six hours"),
  fileSystemFillsUpSoon: seconds(hours(4), "time until a file system is full, that somebody is called for"),
  inodesFree: ratio(0.05, "free inodes of a file system, of all"),
  memoryAvailable: ratio(0.05, "available memory of a host, of all"),
  memoryPressure: ratio(0.05, "share of the time in which all tasks wait for memory"),
  cpuPressure: ratio(0.5, "share of the time in which a task waits for a CPU"),
  cpuStolen: ratio(0.1, "share of the CPU time that the hypervisor gives to others"),
  ioPressure: ratio(0.3, "share of the time in which all tasks wait for a disk"),
  networkErrors: ratio(0.01, "broken packets of an interface, of all"),
  connectionTable: ratio(0.75, "used entries of the kernel's connection table, of all"),
  temperature: celsius(90, "temperature of a chip"),
  freshBoot: seconds(minutes(10), "time since the boot in which it is told"),
  sshRefusals: count(100, "refused ssh logins in 10 minutes"),

  restarts: count(3, "restarts in 15 minutes that make a loop"),
  unitFailures: count(3, "failures of a unit in an hour"),

  healthChanges: count(6, "changes of a container's health in an hour"),
  unitMemory: ratio(0.9, "memory of a unit, of its limit"),
  unitThrottled: ratio(0.25, "share of the CPU periods in which a unit was throttled"),
  unitProcesses: count(1000, "processes of a unit"),
  errorLines: count(100, "lines of level error or critical of a service in 10 minutes"),

  requestErrors: ratio(0.05, "requests answered with 5xx, of all"),
  requestTimeouts: ratio(0.02, "requests that timed out, of all"),
  upstreamLatency: seconds(2, "95th percentile of an upstream's answers"),
  connectFailures: perSecond(0.1, "failed connections to an upstream"),
  certificateExpires: days(14, "days that a certificate is still valid"),
  certificateExpiresSoon: days(3, "days that a certificate is still valid, that somebody is called for"),

  authentikLatency: seconds(3, "95th percentile of Authentik's answers"),
  authentikStageLatency: seconds(5, "95th percentile of a stage of a flow"),
  authentikQueue: count(100, "tasks that wait in Authentik's queue"),
  authentikTaskErrors: count(5, "failed tasks of one kind in 15 minutes"),
  loginFailures: count(20, "failed logins in 10 minutes"),

  zfsPoolUsed: ratio(0.8, "used space of a pool, of its size"),
  zfsPoolUsedCritical: ratio(0.9, "used space of a pool, that somebody is called for"),
  zfsScrubAge: seconds(hours(24 * 40), "time since the last scrub of a pool"),
  replicationLag: seconds(hours(3), "time since zrepl's last successful replication"),

  collectorAge: seconds(minutes(10), "time since the collector's last run"),
  scrapeDuration: seconds(8, "how long a scrape takes"),
  lokiRequestErrors: ratio(0.05, "requests that Loki answered with 5xx, of all"),
  lokiStreams: count(4000, "log streams in memory, of all users; Loki refuses more than 5000 of root, 2000 of a user"),
  prometheusSeries: count(500_000, "series in Prometheus's memory"),
} satisfies Record<string, Threshold>;

export type ThresholdKey = keyof typeof table;

/** Every threshold with its default. */
export const thresholds: Readonly<Record<ThresholdKey, Threshold>> = table;

/** The value of each threshold, in its unit. */
export type Thresholds = Readonly<Record<ThresholdKey, number>>;

/** The defaults, and in their place what the config says; `thresholdProblems` has looked at it before. */
export const thresholdValues = (overrides: Partial<Record<string, number>> = {}): Thresholds =>
  Object.fromEntries(
    Object.entries(thresholds).map(([key, { value }]) => [key, overrides[key] ?? value]),
  ) as unknown as Thresholds;
