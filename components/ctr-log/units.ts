import { readFileSync } from "node:fs";
import { collectorFolder, listFolder } from "../collector/folder.ts";
import { readOnly } from "../hardening.ts";
import { type QuadletSection, renderQuadlet } from "../quadlet.ts";

/** The units that hand ctr.log to the journal; the user's id is its instance. */
export const readerName = "watchpost-ctr-log";
const program = "/usr/local/libexec/watchpost-ctr-log/follow.pl";

/** Bytes a second of one user's logs: a busy service stays below it, and the journal is not filled by one user. */
const bytesASecond = 1_048_576;

const service = (description: string, unit: QuadletSection, id: string, own: QuadletSection): string => {
  const state = `${collectorFolder.replace("/var/lib/", "")}/ctr-log/${id}`;
  const [list, leftOut] = ["ctr-logs", "ctr-logs-left-out"].map((file) => `${listFolder(id)}/${file}`);
  return renderQuadlet({
    Unit: { Description: description, PartOf: "watchpost-collector.timer", StartLimitIntervalSec: 0, ...unit },
    Service: {
      ExecStart: `${program} ${list} %S/${state}/positions ${leftOut} ${bytesASecond}`,
      Restart: "on-failure",
      RestartSec: 5,
      StateDirectory: state,
      StateDirectoryMode: "0700",
      // a line that begins like <3> has no priority by that, and the reader has a limit of its own
      SyslogLevelPrefix: false,
      LogRateLimitIntervalSec: 0,
      MemoryMax: "64M",
      TasksMax: 8,
      LimitFSIZE: "4M",
      Nice: 10,
      ...readOnly,
      RestrictAddressFamilies: "none",
      ProcSubset: "pid",
      ReadWritePaths: `-${listFolder(id)}`,
      ...own,
    },
  });
};

/** The reader's program and its units: of a user, by the user's own rights, and of root. */
export const readerFiles = (): { path: string; content: string; mode: string }[] => [
  { path: program, content: readFileSync(new URL("./follow.pl", import.meta.url), "utf8"), mode: "755" },
  {
    path: `/etc/systemd/system/${readerName}@.service`,
    content: service(
      "Watchpost's reader of the ctr.log files of user %i",
      { BindsTo: "user@%i.service", After: "user@%i.service" },
      "%i",
      { User: "%i" },
    ),
    mode: "644",
  },
  {
    path: `/etc/systemd/system/${readerName}-root.service`,
    content: service("Watchpost's reader of the ctr.log files of root", {}, "0", {}),
    mode: "644",
  },
];
