import { type Block, block, component, ref } from "./alloy-syntax.ts";

/** Copies a journal field to a label; a later rule wins where its field is not empty. */
const copy = (field: string, label: string): Block =>
  block("rule", { source_labels: [`__journal_${field}`], regex: "(.+)", target_label: label });

/** Rewrites a label whose whole value matches. */
const rewrite = (label: string, regex: string, replacement: string): Block =>
  block("rule", { source_labels: [label], regex, target_label: label, replacement });

// the unit of a line: the system's, a user's, or the one that a manager speaks about
const unitRules = [
  copy("_systemd_unit", "unit"),
  copy("_systemd_user_unit", "unit"),
  copy("unit", "unit"),
  copy("user_unit", "unit"),
  // names with an id in them would each be a stream of their own
  rewrite("unit", "[0-9a-f]{64}(-.*)?\\.(service|timer)", "podman-healthcheck"),
  rewrite("unit", "libpod-(conmon-|payload-)?[0-9a-f]{64}.*", "libpod.scope"),
  rewrite("unit", "(session|run|podman-pause|podman)-.*\\.scope", "$1.scope"),
  rewrite("unit", "(user|user-runtime-dir|systemd-coredump|sshd?)@.*\\.(service|socket)", "$1@.$2"),
  rewrite("unit", ".+\\.(mount|automount|device|slice|swap|target|socket|path)", "systemd-$1"),
];

const userRules = (users: Record<number, string>) => [
  block("rule", {
    source_labels: ["__journal__systemd_owner_uid"],
    regex: "(.+)",
    target_label: "user",
    replacement: "uid-$1",
  }),
  ...Object.entries(users).map(([uid, user]) => rewrite("user", `uid-${uid}`, user)),
];

// many values each: kept with the line, never a stream of their own
const metadata = ["pid", "container_id", "identifier", "transport"];

/** The journal as log streams: labels host, unit, user, container, level, service_name and source. */
export const journalBlocks = (users: Record<number, string>): Block[] => [
  component("loki.relabel", "journal", { forward_to: [] }, [
    ...unitRules,
    ...userRules(users),
    copy("container_name", "container"),
    copy("priority_keyword", "level"),
    block("rule", { source_labels: ["unit"], regex: "(.+?)(\\.(service|scope))?", target_label: "service_name" }),
    block("rule", { source_labels: ["container"], regex: "(.+)", target_label: "service_name" }),
    copy("_pid", "pid"),
    copy("container_id", "container_id"),
    copy("syslog_identifier", "identifier"),
    copy("_transport", "transport"),
  ]),
  component("loki.source.journal", "host", {
    // both are needed in a container: without a path, Alloy reads nothing and says healthy
    path: "/var/log/journal",
    // how far back a first start reads, and the longest outage that is caught up
    max_age: "24h",
    relabel_rules: ref("loki.relabel.journal.rules"),
    labels: { source: "journal", job: "journal" },
    forward_to: [ref("loki.process.journal.receiver")],
  }),
  component("loki.process", "journal", { forward_to: [ref("loki.write.server.receiver")] }, [
    block("stage.structured_metadata", { values: Object.fromEntries(metadata.map((name) => [name, ""])) }),
  ]),
];
