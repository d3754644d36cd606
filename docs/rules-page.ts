import { limitOf, type Rule, runbookOf } from "../components/rules/rule.ts";
import { limitText } from "../components/rules/text.ts";
import { type Threshold, thresholds, thresholdValues } from "../components/thresholds.ts";

const titles: Record<Rule["group"], string> = {
  host: "Host",
  systemd: "systemd",
  containers: "Containers and services",
  envoy: "Envoy",
  authentik: "Authentik",
  zfs: "ZFS and zrepl",
  pipeline: "Pipeline",
};

const table = (head: string[], rows: string[][]): string => {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
};

/** A text with its labels in italics. */
const readable = (text: string) => text.replace(/\{(\w+)(?:\|([^{}]*))?\}/g, (_, name: string) => `*${name}*`);

const limitCell = (rule: Rule): string => {
  const { is, value, unit } = limitOf(rule, thresholdValues());
  const key = rule.above ?? rule.below;
  const sign = is === "above" ? ">" : "<";
  return typeof key === "string" ? `\`${key}\` ${sign} ${limitText(value, unit)}` : `${sign} ${value}`;
};

const ruleRow = (rule: Rule): string[] => [
  `[${rule.name}](${runbookOf(rule).replace(/^docs\//, "")})`,
  rule.severity,
  rule.for,
  readable(rule.summary),
  limitCell(rule),
];

const thresholdRow = ([key, { value, unit, min, max, about }]: [string, Threshold]): string[] => [
  `\`${key}\``,
  about,
  unit,
  unit === "seconds" || unit === "ratio" ? `${value} (${limitText(value, unit)})` : String(value),
  `${min} to ${max}`,
];

const intro = (count: number) => `# Alert rules

Made by \`npm run rules -- --write\`; not to be edited by hand.

${count} rules, evaluated by Grafana once a minute. Each has a page: what it means, how to confirm it, how to mend it.

\`\`\`yaml
watchpost:alerting:
  off: [SshLoginsRefused]          # rules by name or uid
  thresholds:
    fileSystemFree: 0.1            # in the unit of the table at the end; the dashboards follow
\`\`\`

- A rule fires for each thing whose value is beyond its limit for as long as the column *for* says.
- Without data a rule is quiet: a source that is gone is told by TargetDown, HostMetricsMissing, CollectorStale and
  JournalSilent, once. While a data source does not answer, rules keep their state, and DataSourceDown tells it, once.
- Watchdog fires as long as all is well: it is the heartbeat for a receiver outside.`;

/** docs/rules.md. */
export const rulesPage = (rules: readonly Rule[]): string =>
  [
    intro(rules.length),
    ...[...Map.groupBy(rules, ({ group }) => group)].flatMap(([group, rules]) => [
      `## ${titles[group]}`,
      table(["rule", "severity", "for", "says", "limit"], rules.map(ruleRow)),
    ]),
    "## Thresholds",
    table(["key", "what", "unit", "default", "may be"], Object.entries(thresholds).map(thresholdRow)),
    "",
  ]
    .join("\n\n")
    .replace(/\n\n$/, "\n");
