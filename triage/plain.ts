const named: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/**
 * A foreign text as one harmless line: no control characters, terminal sequences, invisible or direction marks, and
 * nothing that a model's chat template takes for a mark of its own.
 */
export const oneLine = (text: string, most = 400): string => {
  const line = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal sequences begin with one
    .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.?)/g, "")
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .replace(/[\p{Cf}\p{Co}\p{Cs}]/gu, "")
    .replaceAll("<|", "<¦")
    .replaceAll("|>", "¦>")
    .replace(/\[(\/?)(INST|SYS)\]|<<(\/?)SYS>>/g, "($1$2$3)")
    .replace(/<(\/?)evidence/gi, "($1evidence")
    .trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
};

/** What is looked at of a line, in characters: a stranger may write them of any length. */
export const longestLine = 4096;

/** A text for HTML, which Grafana shows annotations as. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => named[sign] ?? sign);

/** A text whose addresses nothing makes a link of. */
export const defang = (text: string): string =>
  text.replace(/\b(https?|ftp):\/\//gi, (scheme) => scheme.replace(/t/gi, "x"));
