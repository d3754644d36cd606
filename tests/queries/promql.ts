import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import { syntaxErrors } from "./syntax.ts";

/** A selector of series: the metrics that it may mean, and the labels that it asks for. */
export interface Selector {
  /** As a regular expression over the whole name. */
  name: RegExp;
  text: string;
  labels: string[];
}

/** What a PromQL query says. */
export interface PromQuery {
  errors: string[];
  selectors: Selector[];
  /** Labels that its aggregations and joins name. */
  grouping: string[];
  /** Labels that it makes itself. */
  made: string[];
}

const unquote = (text: string) => text.slice(1, -1).replaceAll(/\\(.)/g, "$1");

const selector = (node: SyntaxNode, text: string): Selector => {
  const of = (node: SyntaxNode | null) => (node ? text.slice(node.from, node.to) : "");
  const matchers = node.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? [];
  const named = matchers.find((matcher) => of(matcher.getChild("LabelName")) === "__name__");
  const name = named ? unquote(of(named.getChild("StringLiteral"))) : of(node.getChild("Identifier"));
  const labels = matchers.filter((matcher) => matcher !== named).map((matcher) => of(matcher.getChild("LabelName")));
  return { name: new RegExp(`^(?:${name})$`), text: of(node), labels };
};

const labelsOf = (node: SyntaxNode, text: string) =>
  node.getChildren("LabelName").map(({ from, to }) => text.slice(from, to));

// the first text in label_replace(vector, "label", ...) and label_join(vector, "label", ...)
const madeBy = (call: SyntaxNode, text: string): string[] => {
  if (!/^label_(replace|join)\b/.test(text.slice(call.from, call.to))) return [];
  const [label] = call.getChild("FunctionCallBody")?.getChildren("StringLiteral") ?? [];
  return label ? [unquote(text.slice(label.from, label.to))] : [];
};

/** Parses a PromQL query as Prometheus's own editor does. */
export const parsePromql = (text: string): PromQuery => {
  const tree = parser.parse(text);
  const found: PromQuery = { errors: syntaxErrors(tree, text), selectors: [], grouping: [], made: [] };
  tree.iterate({
    enter: ({ name, node }) => {
      if (name === "VectorSelector") found.selectors.push(selector(node, text));
      if (name === "GroupingLabels") found.grouping.push(...labelsOf(node, text));
      if (name === "FunctionCall") found.made.push(...madeBy(node, text));
    },
  });
  return found;
};
