import type { Problem } from "../../config/errors.ts";
import { nearest } from "../../config/nearest.ts";
import { type ThresholdKey, thresholds, type Unit } from "../thresholds.ts";
import { authentik } from "./authentik.ts";
import { containers } from "./containers.ts";
import { envoy } from "./envoy.ts";
import { host } from "./host.ts";
import { pipeline } from "./pipeline.ts";
import type { Rule } from "./rule.ts";
import { systemd } from "./systemd.ts";
import { limitText } from "./text.ts";
import { zfs } from "./zfs.ts";

/** Every rule that Watchpost has, in its groups' order. */
export const allRules: readonly Rule[] = [
  ...host,
  ...systemd,
  ...containers,
  ...envoy,
  ...authentik,
  ...zfs,
  ...pipeline,
];

/** The rules that are not in the off list; that names each by its name or uid. */
export const selectRules = (off: readonly string[] = []): Rule[] =>
  allRules.filter(({ name, uid }) => !off.includes(name) && !off.includes(uid));

/** What is wrong in a list of rules: names and uids that are not their own, uids and durations that Grafana refuses. */
export const ruleProblems = (rules: readonly Rule[] = allRules): Problem[] =>
  rules.flatMap((rule, index) => {
    const path = `rules.${rule.name}`;
    const before = rules.slice(0, index);
    const sameUid = before.find(({ uid }) => uid === rule.uid);
    const sameName = before.some(({ name }) => name === rule.name);
    return [
      ...(sameUid
        ? [{ path: `${path}.uid`, message: `expected a uid of its own, got ${rule.uid}, which ${sameUid.name} has` }]
        : []),
      ...(sameName ? [{ path: `${path}.name`, message: "expected a name of its own, another rule has it" }] : []),
      ...(/^[a-zA-Z0-9_-]{1,40}$/.test(rule.uid)
        ? []
        : [{ path: `${path}.uid`, message: `expected 40 letters, digits, - and _ at most, got ${rule.uid}` }]),
      ...(/^(0|[1-9][0-9]*)[smhd]$/.test(rule.for)
        ? []
        : [{ path: `${path}.for`, message: `expected a duration such as 0s, 5m or 1h, got ${rule.for}` }]),
    ];
  });

const didYouMean = (word: string, words: Iterable<string>) => {
  const best = nearest(word, words);
  return best === undefined ? "" : `; the nearest is ${best}`;
};

/** What is wrong in `alerting.off`: rules that are not there. */
export const offProblems = (off: readonly string[], path = "alerting.off"): Problem[] => {
  const known = new Set(allRules.flatMap(({ name, uid }) => [name, uid]));
  return off.flatMap((word, index) =>
    known.has(word)
      ? []
      : [
          {
            path: `${path}.${index}`,
            message: `expected the name or uid of a rule, got ${JSON.stringify(word)}${didYouMean(word, known)}`,
          },
        ],
  );
};

const units: Record<Unit, string> = {
  ratio: "a share",
  seconds: "seconds",
  days: "days",
  count: "a whole number",
  perSecond: "a rate per second",
  celsius: "degrees Celsius",
};

const thresholdProblem = (key: string, value: number): string | undefined => {
  if (!Object.hasOwn(thresholds, key))
    return `is not a threshold that Watchpost knows${didYouMean(key, Object.keys(thresholds))}`;
  const { unit, min, max, about } = thresholds[key as ThresholdKey];
  const fits = Number.isFinite(value) && value >= min && value <= max && (unit !== "count" || Number.isInteger(value));
  if (fits) return undefined;
  const hint = unit === "ratio" && value > 1 && value <= 100 ? `; ${value}% is ${value / 100}` : "";
  const range = `${min} to ${max}${unit === "seconds" ? ` (${limitText(max, unit)})` : ""}`;
  return `expected ${units[unit]} from ${range}, the ${about}, got ${value}${hint}`;
};

/** What is wrong in `alerting.thresholds`: keys that are not there, values out of their unit's range. */
export const thresholdProblems = (
  overrides: Readonly<Record<string, number>>,
  path = "alerting.thresholds",
): Problem[] =>
  Object.entries(overrides).flatMap(([key, value]) => {
    const message = thresholdProblem(key, value);
    return message ? [{ path: `${path}.${key}`, message }] : [];
  });
