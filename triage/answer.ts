import type { Evidence } from "./evidence.ts";
import { defang, oneLine } from "./plain.ts";

export type Confidence = "low" | "medium" | "high";
const confidences: readonly unknown[] = ["low", "medium", "high"];

/** A piece of evidence that shows the cause. */
export interface Citation {
  number: number;
  /** Out of that evidence, word for word. */
  quote: string;
}

/** What a model says, or what stands in for it. */
export interface Answer {
  summary: string;
  cause: string;
  confidence: Confidence;
  citations: Citation[];
  /** What to look at next. */
  checks: string[];
}

/** A checked answer. */
export interface Checked {
  answer: Answer;
  /** How many citations the model gave. */
  cited: number;
  /** What was dropped, and why. */
  dropped: string[];
}

const most = { summary: 600, cause: 400, check: 200, quote: 300, citations: 5, checks: 4 };
const text = (maxLength: number) => ({ type: "string", maxLength });

/** JSON schema of an answer, for structured output. */
export const answerSchema = {
  type: "object",
  additionalProperties: false,
  required: ["summary", "cause", "confidence", "citations", "checks"],
  properties: {
    summary: text(most.summary),
    cause: text(most.cause),
    confidence: { type: "string", enum: confidences },
    citations: {
      type: "array",
      maxItems: most.citations,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["number", "quote"],
        properties: { number: { type: "integer" }, quote: text(most.quote) },
      },
    },
    checks: { type: "array", maxItems: most.checks, items: text(most.check) },
  },
} as const;

/** The model's words are no answer. */
export class AnswerError extends Error {
  override name = "AnswerError";
}

const parse = (content: string): unknown => {
  const [inside] = /\{[\s\S]*\}/.exec(content) ?? [];
  for (const candidate of [content, inside])
    try {
      if (candidate !== undefined) return JSON.parse(candidate);
    } catch {}
  throw new AnswerError(`the model's answer is no JSON: ${JSON.stringify(oneLine(content, 80))}`);
};

const words = (value: string) => value.replace(/\s+/g, " ").replace(/…$/, "").trim();

const citation = (value: unknown, evidence: ReadonlyMap<number, Evidence>): Citation | string => {
  const { number, quote } = (typeof value === "object" && value ? value : {}) as Record<string, unknown>;
  if (typeof number !== "number" || typeof quote !== "string") return "a citation without number and quote";
  const cited = evidence.get(number);
  if (!cited) return `citation [${number}]: there is no such evidence`;
  const said = words(oneLine(quote, most.quote));
  // a word or two are no line
  if (said.length < Math.min(8, cited.text.length)) return `citation [${number}]: it quotes nothing`;
  if (!words(cited.text).includes(said)) return `citation [${number}]: what it quotes is not in the evidence`;
  return { number, quote: said };
};

/** A text of the model's, harmless, with the numbers of evidence that there is not taken out. */
const told = (value: string, length: number, evidence: ReadonlyMap<number, Evidence>, dropped: string[]) =>
  defang(oneLine(value, length)).replace(/\[(\d+)\]/g, (mark, digits: string) => {
    if (evidence.has(Number(digits))) return mark;
    dropped.push(`the mark ${mark} in the text: there is no such evidence`);
    return "";
  });

/**
 * Checks what the model answered against the evidence that it got.
 * @throws AnswerError when it is no JSON, or not of the schema.
 */
export const checkAnswer = (content: string, sent: readonly Evidence[]): Checked => {
  const raw = parse(content);
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw new AnswerError("the model's answer is no JSON object");
  const { summary, cause, confidence, citations, checks } = raw as Record<string, unknown>;
  const missing = Object.entries({
    summary: typeof summary === "string" && summary.trim() !== "",
    cause: typeof cause === "string",
    confidence: confidences.includes(confidence),
    citations: Array.isArray(citations),
    checks: Array.isArray(checks),
  }).flatMap(([key, is]) => (is ? [] : [key]));
  if (missing.length > 0) throw new AnswerError(`the model's answer lacks ${missing.join(", ")}, or has it wrong`);

  const evidence = new Map(sent.map((each) => [each.number, each]));
  const given = citations as unknown[];
  const dropped: string[] = [];
  const kept = new Map<number, Citation>();
  for (const each of given) {
    const checked = citation(each, evidence);
    if (typeof checked === "string") dropped.push(checked);
    else if (kept.size < most.citations) kept.set(checked.number, checked);
  }
  const answer: Answer = {
    summary: told(summary as string, most.summary, evidence, dropped),
    cause: told(cause as string, most.cause, evidence, dropped),
    confidence: confidence as Confidence,
    citations: [...kept.values()],
    checks: (checks as unknown[])
      .filter((check) => typeof check === "string" && check.trim() !== "")
      .slice(0, most.checks)
      .map((check) => told(check as string, most.check, evidence, dropped)),
  };
  return { answer, cited: given.length, dropped };
};
