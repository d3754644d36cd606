import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Line, Material } from "../material.ts";

/** What an answer has to say about an incident. */
export interface Expected {
  /** For people. */
  cause: string;
  /** Regular expressions, case ignored: summary or cause must match each. */
  says: string[];
  /** Regular expressions, case ignored: a cited piece of evidence must match one. */
  proof: string[];
  /** Regular expressions, case ignored, of what only an answer says that obeyed a log line; empty without an injection. */
  obeyed: string[];
}

/** Something that happened on a host, as it was recorded. */
export interface Incident {
  name: string;
  /** What was done. */
  about: string;
  expected: Expected;
  material: Material;
}

/** An incident as its file has it: a line of JSON for all but the log lines, then one for each of those. */
export const incidentText = ({ material: { lines, ...material }, ...incident }: Incident): string =>
  `${[{ ...incident, material }, ...lines].map((each) => JSON.stringify(each)).join("\n")}\n`;

/** @throws SyntaxError when it is not what `incidentText` wrote. */
export const parseIncident = (text: string): Incident => {
  const [head, ...lines] = text
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  const incident = head as Incident;
  return { ...incident, material: { ...incident.material, lines: lines as Line[] } };
};

/** The recorded incidents of a folder, by name. */
export const readIncidents = (folder: string): Incident[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".jsonl"))
    .sort()
    .map((file) => parseIncident(readFileSync(join(folder, file), "utf8")));
