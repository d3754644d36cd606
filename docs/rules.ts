// Prints the alert rules: as the page docs/rules.md, as one JSON object a line, or as a rule file of Prometheus's.
//   node docs/rules.ts [--json | --prometheus | --write]
import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { allRules } from "../components/rules/index.ts";
import { prometheusRules } from "../components/rules/prometheus.ts";
import { runbookOf } from "../components/rules/rule.ts";
import { thresholdValues } from "../components/thresholds.ts";
import { readCases } from "../tests/rules/cases.ts";
import { rulesPage } from "./rules-page.ts";

const usage = `usage: npm run rules [-- --json | --prometheus | --write]

Prints the table of the alert rules, as docs/rules.md has it.
--json        one object a line: uid, name, group, severity, for, runbook, firingTest, quietTest; null is what is missing
--prometheus  the rules over metrics as a rule file, for a Prometheus with an Alertmanager of its own
--write       puts the table into docs/rules.md`;

const root = resolve(import.meta.dirname, "..");

const jsonLines = (): string => {
  const cases = readCases(root);
  return allRules
    .map((rule) => {
      const { uid, name, group, severity } = rule;
      const file = cases.get(name)?.file;
      const test = (kind: string) => (file === undefined ? null : `${file}: ${name}.${kind}`);
      const runbook = existsSync(resolve(root, runbookOf(rule))) ? runbookOf(rule) : null;
      const tests = { firingTest: test("fires"), quietTest: test("quiet") };
      return JSON.stringify({ uid, name, group, severity, for: rule.for, runbook, ...tests });
    })
    .join("\n");
};

try {
  const flag = { type: "boolean", default: false } as const;
  const options = { json: flag, prometheus: flag, write: flag, help: { ...flag, short: "h" } } as const;
  const { values } = parseArgs({ options });
  if (values.help) console.log(usage);
  else if (values.json) console.log(jsonLines());
  else if (values.prometheus) process.stdout.write(prometheusRules([...allRules], thresholdValues()));
  else if (values.write) writeFileSync(resolve(root, "docs/rules.md"), rulesPage(allRules));
  else process.stdout.write(rulesPage(allRules));
} catch (error) {
  if (!(error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS")) throw error;
  console.error(`${(error as Error).message}\n${usage}`);
  process.exitCode = 2;
}
