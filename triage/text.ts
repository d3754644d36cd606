import { escapeHtml, oneLine } from "./plain.ts";
import type { Triage } from "./triage.ts";

const who = ({ by }: Triage) =>
  by === null
    ? "made from the lines, no model"
    : `by the model ${oneLine(by, 60)}: it may be wrong, read before you act`;

/** A triage as lines of plain text, for a terminal and a mail. */
export const plainText = (triage: Triage): string =>
  [
    triage.title,
    "",
    triage.summary,
    ...(triage.cause ? [`Likely cause (${triage.confidence} confidence): ${triage.cause}`] : []),
    ...(triage.cited.length > 0 ? ["", "Shown by:"] : []),
    ...triage.cited.map(({ number, text }) => `  [${number}] ${text}`),
    ...(triage.checks.length > 0 ? ["", "Look at next:"] : []),
    ...triage.checks.map((check) => `  - ${check}`),
    ...(triage.notes.length > 0 ? ["", "Note:"] : []),
    ...triage.notes.map((note) => `  - ${oneLine(note)}`),
    "",
    `Triage ${who(triage)}.`,
    "",
  ].join("\n");

/** A triage as the text of an annotation: HTML to Grafana, all of it escaped. */
export const annotationText = (triage: Triage): string => escapeHtml(plainText(triage)).trim().replaceAll("\n", "<br>");
