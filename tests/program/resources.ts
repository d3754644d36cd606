import type { Deployed } from "./deploy.ts";

/** How many resources of each kind. */
export const count = ({ resources }: Deployed) => {
  const counts: Record<string, number> = {};
  for (const { type } of resources) {
    const kind = type.split(":").at(-1) ?? "";
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
};

/** Those of a kind. */
export const of = ({ resources }: Deployed, kind: string) => resources.filter(({ type }) => type.endsWith(`:${kind}`));
/** What the units are declared with. */
export const units = (deployed: Deployed) =>
  of(deployed, "SystemdUnit").map(
    ({ inputs }) => inputs as { unit: string; user: string; deleteVolumes: string[]; files: { path: string }[] },
  );
