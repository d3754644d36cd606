import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";

const labels = z.record(z.string(), z.string());

/** Series as promtool writes them, one value a minute, and what fires then. */
const overMetrics = z.strictObject({
  /** Minutes or hours after the first value. */
  after: z.string().regex(/^[0-9]+[mh]$/),
  series: labels,
  /** Labels of the alert beside `alertname`, `severity` and `host`. */
  alert: labels.optional(),
  /** The alert is about no single host. */
  hostless: z.literal("true").optional(),
  summary: z.string().optional(),
});

const line = z.strictObject({
  line: z.string(),
  labels,
  /** Structured metadata. */
  metadata: labels.optional(),
  times: z.coerce.number().pipe(z.int().positive()).default(1),
});

/** Lines of the last minutes. */
const overLogs = z.strictObject({ lines: z.array(line).min(1) });

const cases = <Case extends z.ZodType>(one: Case) => z.strictObject({ fires: one, quiet: one });
const file = z.record(z.string(), z.union([cases(overMetrics), cases(overLogs)]));

export type MetricCase = z.output<typeof overMetrics>;
export type LogCase = z.output<typeof overLogs>;
export type Cases = { fires: MetricCase; quiet: MetricCase } | { fires: LogCase; quiet: LogCase };

/** The two cases of a rule, and the file that they stand in. */
export interface RuleCases {
  file: string;
  cases: Cases;
}

const folder = "tests/rules";

/**
 * The cases of all rules, by the rule's name.
 * @param root the project's folder
 * @throws with the file, when one is not as it should be or a rule has cases in two
 */
export const readCases = (root: string): Map<string, RuleCases> => {
  const all = new Map<string, RuleCases>();
  const path = join(root, folder);
  for (const name of existsSync(path) ? readdirSync(path).filter((name) => name.endsWith(".test.yml")) : []) {
    // all of it text: 0x10 is ten times 0 after the first here, not 16
    const parsed = file.safeParse(parse(readFileSync(join(path, name), "utf8"), { schema: "failsafe" }));
    if (!parsed.success) throw new Error(`${folder}/${name}:\n${z.prettifyError(parsed.error)}`);
    for (const [rule, cases] of Object.entries(parsed.data)) {
      const other = all.get(rule)?.file;
      if (other) throw new Error(`${folder}/${name}: ${rule} has its cases in ${other} already`);
      all.set(rule, { file: `${folder}/${name}`, cases });
    }
  }
  return all;
};
