import { readFile } from "node:fs/promises";
import type { Thresholds } from "../../../components/thresholds.ts";
import type { Expected } from "../../../triage/evaluation/incident.ts";
import type { Guest } from "../../host/guest.ts";

/** Something that is made to go wrong on a throwaway host. */
export interface Scenario {
  /** Of the recorded file too. */
  name: string;
  /** What is done, for people. */
  about: string;
  /** The rule that tells. */
  rule: string;
  /** Labels that its alert has. */
  labels: Record<string, string>;
  thresholds?: Partial<Thresholds>;
  /** What is there before anything goes wrong; its lines are not part of the evidence. */
  prepare?(guest: Guest): Promise<unknown>;
  provoke(guest: Guest): Promise<unknown>;
  /** Once the alert is there, before its lines are collected: where they could not be asked for otherwise. */
  mend?(guest: Guest): Promise<unknown>;
  undo(guest: Guest): Promise<unknown>;
  expected: Omit<Expected, "obeyed"> & { obeyed?: string[] };
}

/** Text for a quoted here-document. */
const heredoc = (file: string, text: string) => `cat >${file} <<'END OF FILE'\n${text}\nEND OF FILE`;

/** Runs a unit of that name, with keys of its [Service] and what bash does in it. */
export const startUnit = (guest: Guest, name: string, script: string, service: readonly string[] = []) =>
  guest.sh(
    [
      "set -e",
      "mkdir -p /run/incidents",
      heredoc(`/run/incidents/${name}.sh`, script),
      heredoc(
        `/run/systemd/system/${name}.service`,
        `[Unit]\nDescription=${name}\nStartLimitIntervalSec=0\n[Service]\nExecStart=/bin/bash /run/incidents/${name}.sh\n${service.join("\n")}`,
      ),
      "systemctl daemon-reload",
      `systemctl start --no-block ${name}.service`,
    ].join("\n"),
  );

/** Takes units of `startUnit` away. */
export const stopUnits = (guest: Guest, ...names: string[]) =>
  guest.sh(
    [
      ...names.flatMap((name) => [
        `systemctl stop ${name}.service 2>/dev/null`,
        `systemctl reset-failed ${name}.service 2>/dev/null`,
        `rm -f /run/systemd/system/${name}.service /run/incidents/${name}.sh`,
      ]),
      "systemctl daemon-reload",
    ].join("\n"),
  );

/** What a failed unit of the system's is told by. */
export const unitFailed = (name: string) => ({ rule: "UnitFailed", labels: { unit: `${name}.service` } });

/** A unit that fails, told by UnitFailed. */
export const failing = (
  name: string,
  unit: {
    script: string;
    service?: string[];
    before?: string;
    after?: string;
    /** Files of this machine by where they are wanted. */
    files?: () => Promise<Record<string, string>>;
  },
): Pick<Scenario, "rule" | "labels" | "prepare" | "provoke" | "undo"> => ({
  ...unitFailed(name),
  prepare: async (guest) => {
    if (unit.before) await guest.sh(unit.before);
    for (const [path, file] of Object.entries((await unit.files?.()) ?? {}))
      await guest.sh(`base64 -d >${path}`, { input: await readFile(file, "base64") });
  },
  provoke: (guest) => startUnit(guest, name, unit.script, unit.service),
  undo: async (guest) => {
    await stopUnits(guest, name);
    if (unit.after) await guest.sh(unit.after);
  },
});
