import { mostAlerts } from "./alert.ts";
import { fold, type Template } from "./fold.ts";
import type { Mask } from "./mask.ts";
import type { Material, State } from "./material.ts";
import { longestLine, oneLine } from "./plain.ts";

/** One numbered piece of evidence, as it is sent and cited. */
export interface Evidence {
  /** From 1. */
  number: number;
  kind: "alert" | "state" | "query" | "deploy" | "log";
  /** One line, masked. */
  text: string;
  /** Of a log line: the line alone, without time, origin and count. */
  line?: string;
  rank: number;
}

/** All evidence of a group in the order of its weight. */
export interface Bundle {
  /** One line: what fires. */
  title: string;
  evidence: Evidence[];
  /** How many lines the evidence stands for, and how many of them are errors or may be. */
  lines: { total: number; trouble: number; templates: number };
  gaps: string[];
}

// each rule of the mask looks at all of a text
const masked = (mask: Mask, text: string): string => mask(text.slice(0, longestLine));

const clock = (time: number): string => new Date(time).toISOString().slice(11, 19);

const stateWords: Record<string, Record<number, string>> = {
  podman_container_state: { 2: "running", 3: "stopped", 4: "paused", 5: "exited", [-1]: "unknown" },
  podman_container_health: { 0: "healthy", 1: "unhealthy", 2: "starting", [-1]: "no health check" },
};

const stateText = ({ metric, labels, value }: State): string => {
  const who = labels.container ?? labels.unit ?? labels.name ?? labels.job ?? labels.instance ?? "";
  const word = labels.state ?? stateWords[metric]?.[value];
  const user = labels.user && labels.user !== "root" ? ` of ${labels.user}` : "";
  return `state ${who}${user}: ${metric} ${word ?? value}`;
};

/** A series as its first value and each later one that differs, at most eight. */
const courseText = (expr: string, samples: readonly [number, number][]): string => {
  const changes = samples.filter(([, value], index) => value !== samples[index - 1]?.[1]);
  const shown = changes.length > 8 ? [...changes.slice(0, 4), ...changes.slice(-4)] : changes;
  const course = shown.map(([time, value]) => `${clock(time)} ${Number(value.toPrecision(4))}`).join(", ");
  return `query ${expr} over time: ${course || "no values"}`;
};

const logText = ({ first, count, last }: Template): string => {
  const times = count > 1 ? `${clock(first.time)}..${clock(last)} x${count}` : clock(first.time);
  return `log ${times} ${first.from} ${first.level}: `;
};

/** One line that says what fires, by the alert's own summary. */
export const titleOf = ({ group: { alerts } }: Pick<Material, "group">, mask: Mask): string => {
  const [first] = alerts;
  if (!first) return "no alert";
  const more = alerts.length > 1 ? ` (and ${alerts.length - 1} more)` : "";
  return oneLine(masked(mask, `${first.name}: ${first.annotations.summary ?? labelsText(first.labels)}${more}`), 300);
};

const labelsText = (labels: Record<string, string>): string =>
  Object.entries(labels)
    .filter(([name]) => name !== "alertname" && !name.startsWith("__"))
    .map(([name, value]) => `${name}=${value}`)
    .join(" ") || "without labels";

/** Folds, masks and numbers what was collected. */
export const bundleOf = (material: Material, mask: Mask): Bundle => {
  const { group, query, deploys, states, lines, gaps } = material;
  const templates = fold(
    lines.map((line) => ({ ...line, text: oneLine(masked(mask, line.text)), from: oneLine(line.from, 80) })),
  );
  const alerts = group.alerts.slice(0, mostAlerts);
  const whole = (kind: Evidence["kind"], texts: string[]) =>
    texts.map((text) => ({ kind, text: oneLine(masked(mask, text)), rank: 2 }));
  const logs = templates.map((template) => {
    const { text } = template.first;
    return { kind: "log" as const, text: `${logText(template)}${text}`, line: text, rank: template.rank };
  });
  const evidence = [
    ...whole(
      "alert",
      alerts.map(
        ({ name, annotations, labels, startsAt }) =>
          `alert ${name} since ${clock(startsAt)}: ${annotations.description ?? annotations.summary ?? labelsText(labels)}`,
      ),
    ),
    ...logs.filter(({ rank }) => rank < 2),
    ...whole("state", [...new Set(states.map(stateText))]),
    ...whole(
      "deploy",
      deploys.map(({ time, text }) => `deploy ${clock(time)}: ${text}`),
    ),
    ...(query ? whole("query", [courseText(query.expr, query.samples)]) : []),
    ...logs.filter(({ rank }) => rank === 2),
  ];
  const trouble = templates.filter(({ rank }) => rank < 2).reduce((sum, { count }) => sum + count, 0);
  return {
    title: titleOf(material, mask),
    evidence: evidence.map((each, index) => ({ ...each, number: index + 1 })),
    lines: { total: lines.length, trouble, templates: templates.length },
    gaps: gaps.map((gap) => oneLine(masked(mask, gap))),
  };
};
