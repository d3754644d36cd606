import type { Tree } from "@lezer/common";

/** Where a text does not follow its grammar: each place with what stands there. */
export const syntaxErrors = (tree: Tree, text: string): string[] => {
  const errors: string[] = [];
  tree.iterate({
    enter: ({ type, from }) => {
      if (type.isError) errors.push(`at ${from}: ${text.slice(from, from + 30) || "the end"}`);
    },
  });
  return errors;
};
