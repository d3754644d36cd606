import type { Alert, AlertGroup } from "./alert.ts";
import { deployments } from "./grafana.ts";
import { lokiLines, selector } from "./loki.ts";
import type { Line, Material, State } from "./material.ts";
import { course, states } from "./series.ts";
import type { KnownRule, Sources } from "./settings.ts";
import { troubleWords } from "./words.ts";

const minute = 60_000;
/** Lines that are taken of one query. */
const most = { own: 1000, host: 300 };

const named = (label: string | undefined): string | undefined => (label === "undeclared" ? undefined : label);

/** The streams of what an alert is about, the narrowest first; none when it is about a whole host, or nothing. */
export const ownSelectors = ({ labels }: Alert): string[] => {
  const { host, user, container, unit, name, service, suppressed_unit } = labels;
  const where = { host, user };
  const things: Record<string, string | undefined>[] = [
    { ...where, container },
    { ...where, unit: unit ?? (name?.includes(".") ? name : undefined) },
    { host, unit: suppressed_unit },
    { host, service: named(service) },
  ];
  const whole = things.filter((thing) => Object.entries(thing).some(([key, value]) => value && !(key in where)));
  const selectors = whole.flatMap((thing) => selector(thing) ?? []);
  // an alert about a container is about its unit too
  return [...new Set(selectors)].slice(0, 3);
};

const hostSelector = (alert: Alert): string => selector({ host: alert.labels.host }) ?? '{source=~".+"}';

/** The queries for lines: of what the alert is about all of them, of its host those that say that something is wrong. */
export const lineQueries = (alert: Alert): { query: string; own: boolean; limit: number }[] => {
  const trouble = ` |~ \`(?i)${troubleWords}\``;
  const host = hostSelector(alert);
  return [
    ...ownSelectors(alert).flatMap((query) => [
      { query, own: true, limit: most.own },
      { query: `${query}${trouble}`, own: true, limit: most.own },
    ]),
    { query: `${host.slice(0, -1)}, level=~"warn|error|critical"}`, own: false, limit: most.host },
    { query: `${host}${trouble}`, own: false, limit: most.host },
  ];
};

/** The query for the states of what an alert is about. */
export const stateQuery = ({ labels }: Alert): string => {
  const { host, user, container, unit, name, service } = labels;
  const of = (more: Record<string, string | undefined>) => (selector({ host, ...more }) ?? "{}").slice(1, -1);
  const metric = (names: string, labels: string) => `{__name__=~"${names}"${labels ? `, ${labels}` : ""}}`;
  const about = (labels: string) =>
    `${metric("podman_container_(state|health|restarts_total)", labels)} or (podman_container_exit_code{${labels}} != 0)`;
  const thing = unit ?? name;
  if (container) return about(of({ user, container }));
  if (thing)
    return [
      `(${metric("node_systemd_unit_state", of({ name: thing }))} == 1)`,
      `(${metric("systemd_user_unit_state", of({ user, unit: thing }))} == 1)`,
      metric("node_systemd_service_restart_total", of({ name: thing })),
      metric("systemd_user_service_restarts_total", of({ user, unit: thing })),
    ].join(" or ");
  if (named(service)) return `${about(of({ service }))} or (up{${of({ service })}} == 0)`;
  return `(up${host ? `{${of({})}}` : ""} == 0)`;
};

const unique = (lines: Line[]): Line[] => [
  ...new Map(
    // the first wins: what is the alert's own stays so
    lines.toReversed().map((line) => [`${line.time} ${line.from} ${line.text}`, line]),
  ).values(),
];

/** Adds what went wrong to the gaps, and goes on without it. */
const orGap = async <T>(gaps: string[], what: string, work: Promise<T>, without: T): Promise<T> => {
  try {
    return await work;
  } catch (cause) {
    gaps.push(`${what}: ${(cause as Error).message}`);
    return without;
  }
};

const ruleOf = (rules: readonly KnownRule[], alert: Alert) => rules.find(({ name }) => name === alert.name);

export interface CollectOptions {
  /** Milliseconds before the alert's start, in place of a quarter of an hour and what the rule waited. */
  since?: number | undefined;
  now: number;
}

/** Collects the evidence of a group: what a source does not give becomes a gap, and nothing is thrown. */
export const collect = async (
  sources: Sources,
  group: AlertGroup,
  { since, now }: CollectOptions,
): Promise<Material> => {
  const [alert = { name: "unnamed", labels: {}, annotations: {}, startsAt: now }] = group.alerts;
  const rule = ruleOf(sources.rules, alert);
  const start = Math.min(alert.startsAt, now);
  const window = { from: start - (since ?? 15 * minute + (rule?.held ?? 0)), to: Math.min(now, start + 5 * minute) };
  const gaps: string[] = [];
  const asked = new Map(
    group.alerts
      .slice(0, 3)
      .flatMap(lineQueries)
      .map((each) => [each.query, each]),
  );

  const lines: Line[] = [];
  for (const { query, own, limit } of asked.values()) {
    const found = await orGap(gaps, "log lines", lokiLines(sources.loki, query, window, limit), undefined);
    // one that does not answer would be waited for again and again
    if (!found) break;
    lines.push(...found.map((line) => ({ ...line, own })));
  }
  const found = unique(lines);
  if (found.length === 0 && gaps.length === 0) gaps.push("log lines: Loki has none for this alert in that time");

  const seen: State[] = await orGap(gaps, "states", states(sources.prometheus, stateQuery(alert), window.to), []);
  const kind = rule?.logs ? "loki" : "prometheus";
  const samples = rule
    ? await orGap(gaps, "the rule's query", course(sources[kind], kind, rule.expr, window, alert.labels), [])
    : [];
  const deploys = sources.grafana ? await orGap(gaps, "deployments", deployments(sources.grafana, window.to), []) : [];
  return {
    group,
    window,
    lines: found,
    states: seen,
    ...(rule ? { query: { expr: rule.expr, samples } } : {}),
    deploys,
    gaps,
  };
};
