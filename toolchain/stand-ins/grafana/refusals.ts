import type { Properties } from "../wire.ts";
import type { Kept } from "./kept.ts";

/** `grafana:alerting/contactPoint:ContactPoint` as `ContactPoint`. */
export const kindOf = (type: string): string => type.split(":").at(-1) ?? type;

const of = (kept: Kept, kind: string) =>
  Object.values(kept)
    .filter(({ type }) => kindOf(type) === kind)
    .map(({ props }) => props);

/** All values under a key, however deep. */
const values = (tree: unknown, key: string): unknown[] => {
  if (Array.isArray(tree)) return tree.flatMap((inner) => values(inner, key));
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([name, inner]) => [
    ...(name === key ? [inner].flat() : []),
    ...values(inner, key),
  ]);
};

const uidsOf = (rules: unknown): unknown[] => (rules as Properties[]).map(({ uid }) => uid);

/** Why Grafana would not take a new thing or a change, with what else it holds; undefined where it would. */
export const refusal = (kind: string, props: Properties, others: Kept): string | undefined => {
  const lacks = (what: string, key: string) => {
    const names = of(others, what).map(({ name }) => name);
    return values(props, key).find((name) => !names.includes(name));
  };
  if (kind === "NotificationPolicy") {
    const point = lacks("ContactPoint", "contactPoint");
    const timing = lacks("MuteTiming", "muteTimings");
    if (point !== undefined) return `400: contact point ${point} does not exist`;
    return timing === undefined ? undefined : `400: mute timing ${timing} does not exist`;
  }
  const folder = kind === "Dashboard" ? props.folder : kind === "RuleGroup" ? props.folderUid : undefined;
  if (folder !== undefined && !of(others, "Folder").some(({ uid }) => uid === folder))
    return `404: folder ${folder} does not exist`;
  if (kind === "RuleGroup") {
    const taken = of(others, kind).flatMap(({ rules }) => uidsOf(rules));
    const twice = uidsOf(props.rules).find((uid) => taken.includes(uid));
    if (twice !== undefined) return `409: a rule with the uid ${twice} exists already`;
  }
  const key = kind === "Folder" ? "uid" : "name";
  const same = key in props && of(others, kind).some((other) => other[key] === props[key]);
  return same ? `409: ${kind} ${props[key]} exists already` : undefined;
};

/** Why Grafana would not delete a thing, with what else it holds. */
export const deletionRefusal = (kind: string, { name }: Properties, others: Kept): string | undefined => {
  const key = { ContactPoint: "contactPoint", MuteTiming: "muteTimings" }[kind];
  const used = key && of(others, "NotificationPolicy").some((policy) => values(policy, key).includes(name));
  return used ? `409: ${kind} ${name} is used by the notification policy` : undefined;
};
