import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

/** The awks that a host may have as `awk`: Debian's and Ubuntu's, Fedora's, Alpine's, the BSDs'. */
const commands = [["mawk"], ["gawk"], ["busybox", "awk"], ["original-awk"]];

const programs = resolve(import.meta.dirname, "../../../components/collector/programs");

export interface Awk {
  name: string;
  /** Why it cannot be tried here; mawk, which Debian has by default, has no excuse. */
  skip: string | false;
  /** What a program of the collector prints; throws if it fails or complains. */
  run: (program: string, args: string[]) => string;
}

export const awks: Awk[] = commands.map(([command = "", ...first]) => {
  const missing = spawnSync(command, [...first, "BEGIN { }"]).error !== undefined;
  return {
    name: [command, ...first].join(" "),
    skip: missing && command !== "mawk" && `${command} is not installed here`,
    run: (program, args) => {
      const { status, stdout, stderr, error } = spawnSync(command, [...first, "-f", join(programs, program), ...args], {
        encoding: "utf8",
        env: { PATH: process.env.PATH, LC_ALL: "C" },
      });
      if (error || status !== 0 || stderr !== "") throw error ?? new Error(`${program}: status ${status}: ${stderr}`);
      return stdout;
    },
  };
});
