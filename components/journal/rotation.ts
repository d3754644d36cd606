import { readFileSync } from "node:fs";
import type { Config } from "../../config/config.ts";
import { readOnly } from "../hardening.ts";
import { renderQuadlet } from "../quadlet.ts";

const name = "watchpost-journal-rotate";
const program = "/usr/local/libexec/watchpost-journal/rotate.sh";
const mebibyte = 2 ** 20;
const units = { K: 2 ** 10, M: mebibyte, G: 2 ** 30, T: 2 ** 40 };

/**
 * How large one file of the journal may get, in bytes: an eighth of all, and 256M at most. journald's own bound is 128M; of a
 * file that is rotated early its hash table stays, 3 % of this.
 */
export const maxFileSize = ({ journal: { maxSize } }: Config): number => {
  const bytes = Number.parseInt(maxSize, 10) * units[maxSize.slice(-1) as keyof typeof units];
  return Math.min(256, Math.max(1, Math.floor(bytes / 8 / mebibyte))) * mebibyte;
};

// journald rotates a file by itself when three quarters of its hash table are taken: with short lines, at half its size
const service = (config: Config) =>
  renderQuadlet({
    Unit: { Description: "Watchpost's rotation of all files of the journal before one of them is full" },
    Service: {
      Type: "oneshot",
      ExecStart: `${program} ${Math.floor(maxFileSize(config) / 6)}`,
      LogLevelMax: "notice",
      MemoryMax: "64M",
      ...readOnly,
    },
  });

const timer = renderQuadlet({
  Unit: { Description: "Watchpost's look at how full the journal's files are" },
  Timer: { OnActiveSec: "0", OnUnitInactiveSec: "5s", AccuracySec: "500ms" },
  Install: { WantedBy: "timers.target" },
});

/** The unit that stands for the rotation. */
export const rotationUnit = `${name}.timer`;

/** The rotation's program and units. */
export const rotationFiles = (config: Config): { path: string; content: string; mode: string }[] => [
  { path: program, content: readFileSync(new URL("./rotate.sh", import.meta.url), "utf8"), mode: "755" },
  { path: `/etc/systemd/system/${name}.service`, content: service(config), mode: "644" },
  { path: `/etc/systemd/system/${rotationUnit}`, content: timer, mode: "644" },
];
