/** Grafana's own variables, each with a value that it could have. Source: Grafana 12.4, global variables. */
const builtIn: Record<string, string> = { __rate_interval: "2m", __range: "3h", __interval: "30s", __auto: "1m" };

/** The variables that a text uses, without Grafana's own. */
export const variablesIn = (text: string): string[] =>
  [...text.matchAll(/\$\{?([a-z_]\w*)/g)].flatMap(([, name = ""]) => (name in builtIn ? [] : [name]));

/** A query as Grafana asks it: in each variable's place its value. */
export const filledWith = (expr: string, value: (variable: string) => string): string =>
  expr.replaceAll(/\$\{?([a-z_]\w*)(?::\w+)?\}?/g, (_, name: string) => builtIn[name] ?? value(name));

/** A query whose variables all have some value. */
export const filledIn = (expr: string): string => filledWith(expr, () => "web");
