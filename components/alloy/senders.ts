import type { RelabelRule } from "../scrape/metric-rules.ts";
import { field, set } from "./journal-fields.ts";

/**
 * Whose manager runs the unit; the collector's module turns a uid into a name. Of a process that journald found gone only
 * the uid is known: those of login.defs(5) are people's and services', and any other may be anybody's container.
 */
export const userRules: RelabelRule[] = [
  { target_label: "user", replacement: "root" },
  set("user", "uid-$1", [field("_SYSTEMD_OWNER_UID")], "([1-9][0-9]*)"),
  ...[
    ["unknown", "[1-9][0-9]*"],
    ["uid-$1", "([1-9][0-9]{3,4})"],
  ].map(([user = "", uid]) =>
    set(
      "user",
      user,
      ["_SYSTEMD_OWNER_UID", "_SYSTEMD_UNIT", "_TRANSPORT", "_UID"].map(field),
      `;;(?:journal|stdout|syslog);${uid}`,
    ),
  ),
];

/**
 * Who may speak about others: a manager about its units, conmon and podman about containers; each only of the user whose
 * process it is. Only journald sets fields that begin with `_`; a name (_COMM) is anybody's choice, root's uid is not.
 */
export const sender = "__sender";
export const senderRules: RelabelRule[] = [
  set(sender, "podman", ["user", field("_UID"), field("_COMM")], "(?:root;0|uid-[0-9]+;[0-9]+);(?:conmon|podman)?"),
  set(sender, "user-manager", [field("_SYSTEMD_USER_UNIT")], "init\\.scope"),
  set(sender, "manager", [field("_PID"), field("_SYSTEMD_UNIT"), field("_UID")], "1;.*;.*|.*;init\\.scope;0"),
];

/** The unit that a manager speaks about, by its full name. */
export const spokenOf = "__spoken_of";
export const spokenOfRules = [
  set(spokenOf, "$1", [sender, field("UNIT")], "manager;(.+)"),
  set(spokenOf, "$1", [sender, field("USER_UNIT")], "user-manager;(.+)"),
];
