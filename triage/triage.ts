import { type Answer, AnswerError, checkAnswer } from "./answer.ts";
import { fit, roomFor } from "./budget.ts";
import { DeadlineError, within } from "./deadline.ts";
import { type Bundle, bundleOf, type Evidence } from "./evidence.ts";
import { extract } from "./extract.ts";
import type { Mask } from "./mask.ts";
import type { Material } from "./material.ts";
import { type Model, ModelError, noTokens, type Tokens } from "./model.ts";
import { promptOf } from "./prompt.ts";

/** What is told about a group of alerts. */
export interface Triage extends Answer {
  title: string;
  /** Name of the model; null where the extract stands in. */
  by: string | null;
  /** The evidence that is cited, whole. */
  cited: Evidence[];
  /** What was dropped from the answer, could not be had, or made the extract stand in. */
  notes: string[];
  /** Of all that the model was asked, of answers that were dropped too. */
  tokens: Tokens;
  /** How many citations the model gave, before the check; null for the extract. */
  citationsGiven: number | null;
  seconds: number;
}

/** Characters below which there is no sense in asking. */
const least = 400;

interface Judged {
  answer: Answer;
  notes: string[];
  citationsGiven: number;
}

/** @param spend takes note of what an answer cost, whatever becomes of it. */
const ask = async (model: Model, bundle: Bundle, room: number, spend: (tokens: Tokens) => void): Promise<Judged> => {
  if (room < least)
    throw new ModelError(`the evidence does not fit into the model's context of ${model.context} tokens`);
  const { fits, leftOut } = fit(bundle, room);
  const reply = await model.ask(promptOf(bundle, fits, leftOut)).catch((cause) => {
    if (cause instanceof ModelError) spend(cause.tokens);
    // the estimate was too high for this model's tokenizer
    if (cause instanceof ModelError && cause.tooLong && room > 2 * least) return undefined;
    throw cause;
  });
  if (reply === undefined) return ask(model, bundle, Math.floor(room / 2), spend);
  const { content, tokens } = reply;
  spend(tokens);
  const { answer, cited, dropped } = checkAnswer(content, fits);
  // what nothing shows is worth less than the lines themselves
  if (answer.citations.length === 0)
    throw new AnswerError(
      `the model's answer shows nothing of the evidence (${dropped.slice(0, 2).join("; ") || "no citations"})`,
    );
  const left = leftOut > 0 ? [`${leftOut} of ${bundle.evidence.length} pieces of evidence did not fit`] : [];
  return { answer, notes: [...dropped.map((what) => `dropped ${what}`), ...left], citationsGiven: cited };
};

/**
 * Says what probably happened; whatever becomes of the model, there is a result.
 * @param open opens the model; absent: the extract, and nobody is asked.
 * @param most Milliseconds that the model has, with all that it is asked.
 */
export const triage = async (
  material: Material,
  mask: Mask,
  open?: () => Promise<Model>,
  most = 600_000,
): Promise<Triage> => {
  const started = performance.now();
  const bundle = bundleOf(material, mask);
  let tokens = noTokens;
  const spend = ({ prompt, answer }: Tokens) => {
    tokens = { prompt: tokens.prompt + prompt, answer: tokens.answer + answer };
  };
  const result = (
    by: string | null,
    { answer, notes, ...rest }: Judged | (Omit<Judged, "citationsGiven"> & { citationsGiven: null }),
  ): Triage => ({
    ...answer,
    title: bundle.title,
    by,
    cited: bundle.evidence.filter(({ number }) => answer.citations.some((each) => each.number === number)),
    notes: [...notes, ...bundle.gaps.map((gap) => `not to be had: ${gap}`)],
    tokens,
    ...rest,
    seconds: Math.round(performance.now() - started) / 1000,
  });
  const standIn = (why: string[]) => result(null, { answer: extract(bundle), notes: why, citationsGiven: null });
  if (!open) return standIn([]);
  const judge = async () => {
    const model = await open();
    return result(model.name, await ask(model, bundle, roomFor(model.context), spend));
  };
  try {
    return await within(most, judge());
  } catch (cause) {
    if (cause instanceof ModelError || cause instanceof AnswerError || cause instanceof DeadlineError)
      return standIn([`no model judged this: ${cause.message}`]);
    throw cause;
  }
};
