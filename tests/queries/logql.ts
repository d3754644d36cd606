import { parser } from "@grafana/lezer-logql";
import { syntaxErrors } from "./syntax.ts";

/** What a LogQL query says. */
export interface LogQuery {
  errors: string[];
  /** Labels by which it selects streams. */
  streams: string[];
}

/** Parses a LogQL query as Grafana's editor does. */
export const parseLogql = (text: string): LogQuery => {
  const tree = parser.parse(text);
  const found: LogQuery = { errors: syntaxErrors(tree, text), streams: [] };
  let selectorEnds = 0;
  tree.iterate({
    enter: ({ name, node, from, to }) => {
      if (name === "Selector") selectorEnds = to;
      if (name !== "Matcher" || from >= selectorEnds) return;
      const label = node.getChild("Identifier");
      if (label) found.streams.push(text.slice(label.from, label.to));
    },
  });
  return found;
};
