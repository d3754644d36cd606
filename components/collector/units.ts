import { readFileSync } from "node:fs";
import type { Config } from "../../config/config.ts";
import { renderQuadlet } from "../quadlet.ts";
import { collectorFolder } from "./folder.ts";

const name = "watchpost-collector";
const programs = `/usr/local/libexec/${name}`;
const sources = [
  "collect.sh",
  "text.awk",
  "containers.awk",
  "units.awk",
  "looks.awk",
  "known.awk",
  "zpool-list.awk",
  "zpool-status.awk",
  "names.awk",
  "names-module.awk",
  "ctr-logs.awk",
];

const service = renderQuadlet({
  Unit: {
    Description: "Watchpost's look at the containers and units of all users",
    StartLimitIntervalSec: "0",
  },
  Service: {
    Type: "oneshot",
    ExecStart: `${programs}/collect.sh`,
    StateDirectory: collectorFolder.replace("/var/lib/", ""),
    UMask: "0022",
    TimeoutStartSec: "5min",
    Nice: "10",
    IOSchedulingClass: "idle",
    MemoryMax: "256M",
    // systemd's own lines at every run
    LogLevelMax: "notice",
    // no mount namespace (ProtectSystem= and its like): a user's first podman process would keep it, and every container of that user then lives in it
    CapabilityBoundingSet:
      "CAP_SETUID CAP_SETGID CAP_DAC_READ_SEARCH CAP_DAC_OVERRIDE CAP_SYS_ADMIN CAP_SYS_PTRACE CAP_CHOWN CAP_FOWNER",
    RestrictAddressFamilies: "AF_UNIX AF_NETLINK",
    IPAddressDeny: "any",
    LockPersonality: true,
    RestrictRealtime: true,
    SystemCallArchitectures: "native",
  },
});

const timer = (interval: string) =>
  renderQuadlet({
    Unit: {
      Description: "Watchpost's look at the containers and units of all users, every so often",
      Wants: `${name}.path`,
    },
    Timer: { OnActiveSec: "0", OnUnitInactiveSec: interval, AccuracySec: "1s" },
    Install: { WantedBy: "timers.target" },
  });

const path = renderQuadlet({
  Unit: { Description: "A new user is known to Watchpost at once", PartOf: `${name}.timer` },
  Path: { PathChanged: ["/etc/passwd", "/var/lib/systemd/linger"], Unit: `${name}.service` },
});

/** The unit that stands for the collector. */
export const collectorUnit = `${name}.timer`;

/** All files of the collector: its programs and its units. */
export const collectorFiles = ({ collector }: Config): { path: string; content: string; mode: string }[] => [
  ...sources.map((file) => ({
    path: `${programs}/${file}`,
    content: readFileSync(new URL(`./programs/${file}`, import.meta.url), "utf8"),
    mode: file.endsWith(".sh") ? "755" : "644",
  })),
  { path: `/etc/systemd/system/${name}.service`, content: service, mode: "644" },
  { path: `/etc/systemd/system/${name}.path`, content: path, mode: "644" },
  { path: `/etc/systemd/system/${name}.timer`, content: timer(collector.interval), mode: "644" },
];
