import { MappingType, type ValueMapping } from "@grafana/grafana-foundation-sdk/dashboard";

/** The colours of states; Grafana's own names, which it has for dark and light. */
export const colors = { good: "green", warn: "orange", bad: "red", quiet: "text", info: "blue" } as const;
type Color = keyof typeof colors;

const mapping = (states: Record<string, readonly [text: string, color: Color]>): ValueMapping[] => [
  {
    type: MappingType.ValueToText,
    options: Object.fromEntries(
      Object.entries(states).map(([value, [text, color]], index) => [value, { text, color: colors[color], index }]),
    ),
  },
];

/** Answers of HTTP by their class, as `tints` of lines named after their status. */
export const statusTints = { "^2": colors.good, "^3": colors.info, "^4": colors.warn, "^5": colors.bad };

/** podman_container_state. Source: components/collector/programs/containers.awk */
export const containerStates = mapping({
  0: ["created", "info"],
  1: ["initialised", "info"],
  2: ["running", "good"],
  3: ["stopped", "warn"],
  4: ["paused", "warn"],
  5: ["exited", "bad"],
  6: ["removing", "warn"],
  7: ["stopping", "warn"],
  "-1": ["unknown", "bad"],
});

/** podman_container_health. Source: components/collector/programs/containers.awk */
export const healthStates = mapping({
  0: ["healthy", "good"],
  1: ["unhealthy", "bad"],
  2: ["starting", "info"],
  "-1": ["no check", "quiet"],
});

/** zfs_pool_health and zfs_vdev_state. Source: components/collector/programs/zpool-list.awk */
export const poolStates = mapping({
  0: ["online", "good"],
  1: ["degraded", "warn"],
  2: ["faulted", "bad"],
  3: ["offline", "warn"],
  4: ["unavailable", "bad"],
  5: ["removed", "bad"],
  6: ["suspended", "bad"],
});

/** `up`, and whatever else is 1 when it works. */
export const upStates = mapping({ 0: ["down", "bad"], 1: ["up", "good"] });

/** 1 for what should not be. */
export const openStates = mapping({ 0: ["closed", "good"], 1: ["open", "bad"] });

/** What failed: the row is there only while it is so. */
export const failedStates = mapping({ 1: ["failed", "bad"] });

/** A series that is there only while it is so; its name says what. */
export const presentStates = mapping({ 1: ["so", "info"] });
