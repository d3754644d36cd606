import {
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { prometheusSource } from "./queries.ts";

/** A choice at the top of a dashboard: the values that a label has in some metrics. */
export interface Choice {
  name: string;
  label: string;
  about?: string;
  /** A selector of series; those of the variables before may be used in it. */
  from: string;
  values: string;
}

const query = ({ name, label, about, from, values }: Choice) => {
  const asked = `label_values(${from}, ${values})`;
  const variable = new QueryVariableBuilder(name)
    .label(label)
    .datasource(prometheusSource)
    .query({ qryType: 1, query: asked, refId: "variable" })
    .definition(asked)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
  return about ? variable.description(about) : variable;
};

/** The one host that a dashboard is about. */
export const host = (from: string) => query({ name: "host", label: "Host", from, values: "host" });

/**
 * A choice of any number of values, all at first.
 * @param all What stands for all of them: `.+`, `.*` where the label may be missing, or null for their list: where others
 * than these have the label too.
 */
export const several = (choice: Choice, all: string | null = ".+") => {
  const variable = query(choice)
    .multi(true)
    .includeAll(true)
    .current({ selected: true, text: ["All"], value: ["$__all"] });
  return all === null ? variable : variable.allValue(all);
};

/** A text that lines are searched for, as a regular expression. */
export const search = () =>
  new TextBoxVariableBuilder("search")
    .label("Search")
    .description("Part of a line, as a regular expression; upper and lower case are the same.")
    .defaultValue("");
