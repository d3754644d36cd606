import type { Answer } from "./answer.ts";
import type { Bundle, Evidence } from "./evidence.ts";
import { defang } from "./plain.ts";

const quoteOf = ({ line, text }: Evidence) => line ?? text;

/** What stands in for a model: the alert, how many lines, the first error and the weightiest templates. No judgement. */
export const extract = ({ title, evidence, lines }: Bundle): Answer => {
  const trouble = evidence.filter(({ kind, rank }) => kind === "log" && rank < 2);
  const [first] = trouble;
  const counted =
    lines.total === 0
      ? "no log lines"
      : `${lines.total} log lines of ${lines.templates} kinds, ${lines.trouble} of them errors or like errors`;
  const top = trouble.length > 0 ? trouble.slice(0, 3) : evidence.slice(0, 3);
  return {
    summary: defang(`${title}. Around its start: ${counted}.`),
    cause: first
      ? defang(`Not judged. The first of the errors [${first.number}]: "${quoteOf(first)}"`)
      : "Not judged: no line looks like an error.",
    confidence: "low",
    citations: top.map((each) => ({ number: each.number, quote: quoteOf(each) })),
    checks: [],
  };
};
