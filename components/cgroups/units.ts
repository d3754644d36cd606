import { readFileSync } from "node:fs";
import type { Config } from "../../config/config.ts";
import { inSeconds } from "../../config/duration.ts";
import { collectorFolder } from "../collector/folder.ts";
import { readOnly } from "../hardening.ts";
import { renderQuadlet } from "../quadlet.ts";

/** The unit that measures control groups. */
export const cgroupsUnit = "watchpost-cgroups.service";
const programs = "/usr/local/libexec/watchpost-cgroups";

const service = ({ prometheus }: Config) =>
  renderQuadlet({
    Unit: { Description: "Watchpost's measurement of the control groups of all units", StartLimitIntervalSec: 0 },
    Service: {
      // by the shell's name: the unit is checked before the program is there
      ExecStart: `/bin/sh ${programs}/measure.sh ${inSeconds(prometheus.scrapeInterval)} ${collectorFolder}`,
      Restart: "always",
      RestartSec: 5,
      // find ends when head has its lines; otherwise it walks on through all that a user has made
      IgnoreSIGPIPE: false,
      StateDirectory: collectorFolder.replace("/var/lib/", ""),
      StateDirectoryMode: "0711",
      MemoryMax: "128M",
      TasksMax: 32,
      Nice: 10,
      ...readOnly,
      RestrictAddressFamilies: "none",
      ProcSubset: "pid",
      UMask: "0022",
    },
    Install: { WantedBy: "multi-user.target" },
  });

/** Its programs and its unit. */
export const cgroupsFiles = (config: Config): { path: string; content: string; mode: string }[] => [
  ...["measure.sh", "read.awk"].map((file) => ({
    path: `${programs}/${file}`,
    content: readFileSync(new URL(`./${file}`, import.meta.url), "utf8"),
    mode: "644",
  })),
  { path: `/etc/systemd/system/${cgroupsUnit}`, content: service(config), mode: "644" },
];
