import { readFileSync } from "node:fs";
import type { Config } from "../../config/config.ts";
import { readerFiles } from "../ctr-log/units.ts";
import { readOnly, withoutRights } from "../hardening.ts";
import { type QuadletSection, renderQuadlet } from "../quadlet.ts";
import { collectorFolder, listFolder } from "./folder.ts";

const name = "watchpost-collector";
const look = "watchpost-look";
const programs = `/usr/local/libexec/${name}`;
const sources = [
  "start.sh",
  "look.sh",
  "collect.sh",
  "join.awk",
  "text.awk",
  "containers.awk",
  "units.awk",
  "looks.awk",
  "known.awk",
  "zpool-list.awk",
  "zpool-status.awk",
  "names.awk",
  "names-module.awk",
];

const service = renderQuadlet({
  Unit: {
    Description: "Watchpost's look at the containers and units of all users",
    StartLimitIntervalSec: 0,
  },
  Service: {
    Type: "oneshot",
    // with full rights, which systemd wants of who starts a unit
    ExecStartPre: `+${programs}/start.sh looks`,
    ExecStart: `${programs}/collect.sh`,
    ExecStartPost: `+${programs}/start.sh readers`,
    StateDirectory: collectorFolder.replace("/var/lib/", ""),
    // readers have folders in it
    StateDirectoryMode: "0711",
    RuntimeDirectory: name,
    RuntimeDirectoryMode: "0700",
    RuntimeDirectoryPreserve: true,
    TimeoutStartSec: "5min",
    Nice: 10,
    IOSchedulingClass: "idle",
    MemoryMax: "256M",
    // systemd's own lines at every run
    LogLevelMax: "notice",
    ...readOnly,
    RestrictAddressFamilies: "AF_UNIX AF_NETLINK",
    UMask: "0027",
  },
});

// its output is a pipe that nobody but the collector reads: it waits until then, and has its time from then on
const lookService = (description: string, id: string, own: QuadletSection) =>
  renderQuadlet({
    Unit: { Description: description, StartLimitIntervalSec: 0 },
    Service: {
      Type: "exec",
      ExecStart: `${programs}/look.sh ${listFolder(id)}`,
      StandardOutput: `file:/run/${name}/${id}`,
      // what is written there would be root's words in the journal
      StandardError: "null",
      TimeoutStartSec: "5min",
      RuntimeMaxSec: 28,
      TimeoutStopSec: 5,
      MemoryMax: "128M",
      TasksMax: 128,
      LimitFSIZE: "4M",
      Nice: 10,
      IOSchedulingClass: "idle",
      LogLevelMax: "notice",
      ...withoutRights,
      // podman ends before its garbage is worth collecting: a sixth less CPU time
      Environment: ["GOGC=off", "GOMEMLIMIT=80MiB"],
      UMask: "0077",
      ...own,
    },
  });

const userLook = lookService("Watchpost's look at the containers and units of user %i", "%i", {
  User: "%i",
  Environment: [
    "GOGC=off",
    "GOMEMLIMIT=80MiB",
    "XDG_RUNTIME_DIR=/run/user/%i",
    "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/%i/bus",
  ],
  // those that podman keeps for its user
  RestrictNamespaces: "user mnt",
});

const rootLook = lookService("Watchpost's look at the system's containers and the pools", "0", {
  // without it podman takes itself for a user's
  CapabilityBoundingSet: "CAP_SYS_ADMIN",
  RuntimeDirectory: look,
  RuntimeDirectoryPreserve: true,
  DeviceAllow: "/dev/zfs rw",
  PrivateTmp: true,
  ProtectHome: "read-only",
  ProtectKernelLogs: true,
  ProtectKernelModules: true,
  ProtectSystem: true,
  RestrictNamespaces: true,
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

/** All files of the collector: its programs and its units, and those of the readers that it starts. */
export const collectorFiles = ({ collector }: Config): { path: string; content: string; mode: string }[] => [
  ...sources.map((file) => ({
    path: `${programs}/${file}`,
    content: readFileSync(new URL(`./programs/${file}`, import.meta.url), "utf8"),
    mode: file.endsWith(".sh") ? "755" : "644",
  })),
  ...[
    { file: `${name}.service`, content: service },
    { file: `${look}@.service`, content: userLook },
    { file: `${look}-root.service`, content: rootLook },
    { file: `${name}.path`, content: path },
    { file: `${name}.timer`, content: timer(collector.interval) },
  ].map(({ file, content }) => ({ path: `/etc/systemd/system/${file}`, content, mode: "644" })),
  ...readerFiles(),
];
