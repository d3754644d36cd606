import type { Config } from "../../config/config.ts";
import type { RelabelRule } from "../scrape/metric-rules.ts";
import { ctrLogRules } from "./ctr-log.ts";
import { claim, copy, field, rewrite, set } from "./journal-fields.ts";
import { sender, senderRules, spokenOf, spokenOfRules, userRules } from "./senders.ts";
import { type Block, block, component, ref } from "./syntax.ts";

// the unit of a line: the system's, a user's, or the one that its manager speaks about
const unitRules = [
  copy("_SYSTEMD_UNIT", "unit"),
  copy("_SYSTEMD_USER_UNIT", "unit"),
  set("unit", "$1", [spokenOf], "(.+)"),
  // names with an id in them would each be a stream of their own
  rewrite("unit", "[0-9a-f]{64}(-.*)?\\.(service|timer)", "podman-healthcheck"),
  rewrite("unit", "libpod-(conmon-|payload-)?[0-9a-f]{64}.*", "libpod.scope"),
  rewrite("unit", "(session|run|podman-pause|podman)-.*\\.(scope|service)", "$1.$2"),
  rewrite(
    "unit",
    "(user|user-runtime-dir|systemd-coredump|sshd?|watchpost-look|watchpost-ctr-log)@.*\\.(service|socket)",
    "$1@.$2",
  ),
  rewrite("unit", ".+\\.(mount|automount|device|slice|swap|target|socket|path)", "systemd-$1"),
  // the kernel and the audit system have no unit
  set("unit", "$1", [field("_TRANSPORT")], "(kernel|audit)"),
];

const containerRules = [set("container", "$1", [sender, field("CONTAINER_NAME")], "podman;(.+)")];

// systemd's priorities by the names that Loki and Grafana know; a line on a standard stream says its level itself
const levelRules = [
  copy("PRIORITY_KEYWORD", "level"),
  rewrite("level", "emerg|alert|crit", "critical"),
  rewrite("level", "err", "error"),
  rewrite("level", "warning", "warn"),
  rewrite("level", "notice", "info"),
  // conmon has 3 for all of stderr, journald 6 for all of a service's output
  set("level", "unknown", ["container"], ".+"),
  set("level_in_text", "yes", ["container", field("_TRANSPORT")], ".+;.*|.*;stdout"),
];

// sshd's processes are in its unit, and root's in that of a session
const sshd = "sshd(-session|-auth)?";
const serviceNameRules = [
  set("service_name", "$1", ["unit"], "(.+?)(\\.(service|scope))?"),
  set("service_name", "$1", ["container"], "(.+)"),
  set(
    "service_name",
    "sshd",
    ["_UID", "_SYSTEMD_UNIT", "SYSLOG_IDENTIFIER"].map(field),
    `0;[^;]*;${sshd}|[^;]*;sshd?(@[^;]*)?\\.service;${sshd}`,
  ),
];

/** Lines that say nothing: by what they are known, and the reason under which Alloy counts them. */
export const noise: { reason: string; fields: string[]; regex: string }[] = [
  {
    // podman tells every run of a health check three times; those that fail are kept
    reason: "podman_health_event",
    fields: [sender, field("PODMAN_EVENT"), field("PODMAN_HEALTH_STATUS")],
    regex: "podman;(health_status;healthy|exec(_died)?;.*)",
  },
  {
    reason: "podman_health_unit",
    fields: ["unit", field("PRIORITY_KEYWORD")],
    regex: "podman-healthcheck;(notice|info|debug)",
  },
  {
    // the mounts of containers come and go with them
    reason: "container_mount",
    fields: [spokenOf, field("PRIORITY_KEYWORD")],
    regex: ".*containers-storage-.*\\.mount;(notice|info|debug)",
  },
];

const noiseRules = noise.map(({ reason, fields, regex }) => set("noise", reason, fields, regex));

// many values each: kept with the line, never a stream of their own
const metadata = {
  pid: "_PID",
  identifier: "SYSLOG_IDENTIFIER",
  transport: "_TRANSPORT",
};

// what only some may say, and what is made of it when others do
const manages = "(?:manager|user-manager);";
const saidByFew: Record<string, RelabelRule[]> = {
  container_id: [set("container_id", "$1", [sender, field("CONTAINER_ID")], "podman;(.+)")],
  n_restarts: [set("n_restarts", "$1", [sender, field("N_RESTARTS")], `${manages}(.+)`)],
  message_id: [
    set("message_id", "$1", [sender, field("MESSAGE_ID")], `${manages}(.+)`),
    // a core dump is told with the rights of the one whose process it was
    set(
      "message_id",
      "$1",
      ["_UID", "_SYSTEMD_UNIT", "MESSAGE_ID"].map(field),
      `(?:0;[^;]*|[^;]*;systemd-coredump@[^;]*);(.+)`,
    ),
  ],
  claimed_unit: ["USER_UNIT", "UNIT"].map((name) => set("claimed_unit", "$1", [spokenOf, field(name)], `;${claim}`)),
  claimed_container: [set("claimed_container", "$1", ["container", field("CONTAINER_NAME")], `;${claim}`)],
  claimed_event: [set("claimed_event", "$1", [sender, field("PODMAN_EVENT")], `(?:|.*manager);${claim}`)],
  claimed_message_id: [set("claimed_message_id", "$1", ["message_id", field("MESSAGE_ID")], `;${claim}`)],
};

/** From a journal entry's fields to labels, those for a while included that `journalStages` takes away. */
export const journalRules = ({ logs }: Config): RelabelRule[] => [
  ...userRules,
  ...senderRules,
  ...spokenOfRules,
  ...unitRules,
  ...containerRules,
  ...levelRules,
  ...serviceNameRules,
  ...noiseRules,
  ...Object.entries(metadata).map(([label, name]) => copy(name, label)),
  ...Object.values(saidByFew).flat(),
  ...Object.entries(logs.labels).map(([label, name]) => copy(name, label)),
  // nobody else's lines have it
  set("journald", "yes", [field("_TRANSPORT")], "driver"),
  ...ctrLogRules,
];

// journald says how much it threw away, and of whom; as a metric, so that it can be alerted on
const drops = block("stage.match", { selector: '{journald="yes"} |= "Suppressed"' }, [
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
  // (stage.replace makes a template anew for each line: a quarter of Alloy's time)
  block("stage.match", { selector: '{source="journal"} |~ "\\n$"' }, [
    block("stage.regex", { expression: "^(?P<without_ends>(?s:.*?))\\n+$" }),
    block("stage.output", { source: "without_ends" }),
  ]),
  block("stage.structured_metadata", {
    values: Object.fromEntries(
      [...Object.keys(metadata), ...Object.keys(saidByFew), "stream"].map((name) => [name, ""]),
    ),
  }),
  drops,
  block("stage.label_drop", { values: ["journald"] }),
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
