import type { Bundle, Evidence } from "./evidence.ts";

/** Tokens of a context that are kept for the answer. */
export const answerTokens = (context: number): number => Math.min(700, Math.floor(context / 4));
/** Taken for a server that does not say its context, and without `contextTokens`. */
export const defaultContext = 4096;
// instructions and chat template; SmolLM2's tokenizer counts 276 without the template
const overhead = 350;
// over the recorded incidents SmolLM2's tokenizer has 1.9 to 3 characters a token, in the middle 2.7
const charactersPerToken = 2.2;

/** How many characters of evidence fit into a model's context, in tokens; 0 or less: none. */
export const roomFor = (context: number): number =>
  Math.floor((context - answerTokens(context) - overhead) * charactersPerToken);

/** The evidence that fits, the weightiest first, and how much of it does not. */
export const fit = ({ evidence }: Bundle, characters: number): { fits: Evidence[]; leftOut: number } => {
  let room = characters;
  const fits = evidence.filter(({ text }) => {
    // number, brackets and the end of the line
    room -= text.length + 8;
    return room >= 0;
  });
  return { fits, leftOut: evidence.length - fits.length };
};
