import type { Config } from "../../config/config.ts";
import type { RelabelRule } from "../scrape/metric-rules.ts";
import { type Block, block, component, ref } from "./syntax.ts";

/** A field of the journal as a relabel rule sees it. */
const field = (name: string): string => `__journal_${name.toLowerCase()}`;

/** Copies a journal field to a label; a later rule wins where its field is not empty. */
const copy = (from: string, label: string): RelabelRule => ({
  source_labels: [field(from)],
  regex: "(.+)",
  target_label: label,
});

/** Rewrites a label whose whole value matches. */
const rewrite = (label: string, regex: string, replacement: string): RelabelRule => ({
  source_labels: [label],
  regex,
  target_label: label,
  replacement,
});

/** Sets a label where fields match, joined by `;`. */
const set = (label: string, replacement: string, fields: string[], regex: string): RelabelRule => ({
  source_labels: fields,
  regex,
  target_label: label,
  replacement,
});

// the unit of a line: the system's, a user's, or the one that a manager speaks about
const unitRules = [
  copy("_SYSTEMD_UNIT", "unit"),
  copy("_SYSTEMD_USER_UNIT", "unit"),
  copy("UNIT", "unit"),
  copy("USER_UNIT", "unit"),
  // names with an id in them would each be a stream of their own
  rewrite("unit", "[0-9a-f]{64}(-.*)?\\.(service|timer)", "podman-healthcheck"),
  rewrite("unit", "libpod-(conmon-|payload-)?[0-9a-f]{64}.*", "libpod.scope"),
  rewrite("unit", "(session|run|podman-pause|podman)-.*\\.(scope|service)", "$1.$2"),
  rewrite("unit", "(user|user-runtime-dir|systemd-coredump|sshd?)@.*\\.(service|socket)", "$1@.$2"),
  rewrite("unit", ".+\\.(mount|automount|device|slice|swap|target|socket|path)", "systemd-$1"),
  // the kernel and the audit system have no unit
  set("unit", "$1", [field("_TRANSPORT")], "(kernel|audit)"),
];

/** Whose manager runs the unit; the collector's module turns a uid into a name. */
const userRules: RelabelRule[] = [
  { target_label: "user", replacement: "root" },
  set("user", "uid-$1", [field("_SYSTEMD_OWNER_UID")], "([1-9][0-9]*)"),
];

// systemd's priorities by the names that Loki and Grafana know; a line on a standard stream says its level itself
const levelRules = [
  copy("PRIORITY_KEYWORD", "level"),
  rewrite("level", "emerg|alert|crit", "critical"),
  rewrite("level", "err", "error"),
  rewrite("level", "warning", "warn"),
  rewrite("level", "notice", "info"),
  // conmon has 3 for all of stderr, journald 6 for all of a service's output
  set("level", "unknown", [field("CONTAINER_NAME")], ".+"),
  set("level_in_text", "yes", [field("CONTAINER_NAME"), field("_TRANSPORT")], ".+;.*|.*;stdout"),
];

const serviceNameRules = [
  set("service_name", "$1", ["unit"], "(.+?)(\\.(service|scope))?"),
  set("service_name", "$1", ["container"], "(.+)"),
  set("service_name", "sshd", [field("SYSLOG_IDENTIFIER")], "sshd(-session|-auth)?"),
];

/** Lines that say nothing: by what they are known, and the reason under which Alloy counts them. */
export const noise: { reason: string; fields: string[]; regex: string }[] = [
  {
    // podman tells every run of a health check three times; those that fail are kept
    reason: "podman_health_event",
    fields: [field("PODMAN_EVENT"), field("PODMAN_HEALTH_STATUS")],
    regex: "health_status;healthy|exec(_died)?;.*",
  },
  {
    reason: "podman_health_unit",
    fields: ["unit", field("PRIORITY_KEYWORD")],
    regex: "podman-healthcheck;(notice|info|debug)",
  },
  {
    // the mounts of containers come and go with them
    reason: "container_mount",
    fields: [field("UNIT"), field("USER_UNIT"), field("PRIORITY_KEYWORD")],
    regex: "(.*;)?[^;]*containers-storage-[^;]*\\.mount;(.*;)?(notice|info|debug)",
  },
];

const noiseRules = noise.map(({ reason, fields, regex }) => set("noise", reason, fields, regex));

// many values each: kept with the line, never a stream of their own
const metadata = {
  pid: "_PID",
  container_id: "CONTAINER_ID",
  identifier: "SYSLOG_IDENTIFIER",
  transport: "_TRANSPORT",
  message_id: "MESSAGE_ID",
  n_restarts: "N_RESTARTS",
};

/** From a journal entry's fields to labels, those for a while included that `journalStages` takes away. */
export const journalRules = ({ logs }: Config): RelabelRule[] => [
  ...unitRules,
  ...userRules,
  copy("CONTAINER_NAME", "container"),
  ...levelRules,
  ...serviceNameRules,
  ...noiseRules,
  ...Object.entries(metadata).map(([label, name]) => copy(name, label)),
  ...Object.entries(logs.labels).map(([label, name]) => copy(name, label)),
];

// journald says how much it threw away, and of whom; as a metric, so that it can be alerted on
const drops = block("stage.match", { selector: '{unit="systemd-journald.service"} |= "Suppressed"' }, [
  block("stage.regex", { expression: "Suppressed (?P<suppressed>[0-9]+) messages from (?P<suppressed_unit>\\S+)" }),
  // a label until the metric has it
  block("stage.labels", { values: { suppressed_unit: "" } }),
  block("stage.metrics", {}, [
    block("metric.counter", {
      name: "journald_suppressed_lines_total",
      prefix: "watchpost_",
      description: "Lines that journald dropped because a unit wrote faster than its rate limit.",
      source: "suppressed",
      action: "add",
      max_idle_duration: "168h",
    }),
  ]),
  block("stage.label_drop", { values: ["suppressed_unit"] }),
]);

/** What is done to the journal's lines before the stages that all logs share. */
export const journalStages = (): Block[] => [
  ...noise.map(({ reason }) =>
    block("stage.match", { selector: `{noise="${reason}"}`, action: "drop", drop_counter_reason: reason }),
  ),
  // conmon hands over what a container wrote at once with the ends of all its lines but one
  block("stage.replace", { expression: "(\\n+)$", replace: "" }),
  block("stage.structured_metadata", {
    values: Object.fromEntries(Object.keys(metadata).map((name) => [name, ""])),
  }),
  drops,
];

/** The journal's reader. */
export const journalSource = (receiver: string): Block =>
  component("loki.source.journal", "host", {
    // both are needed in a container: without a path, Alloy reads nothing and says healthy
    path: "/var/log/journal",
    // how far back a first start reads, and the longest outage that is caught up
    max_age: "24h",
    relabel_rules: ref("loki.relabel.journal.rules"),
    labels: { source: "journal", job: "journal" },
    forward_to: [ref(receiver)],
  });
