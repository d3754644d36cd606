import type { AlertGroup } from "./alert.ts";

/** A log line. */
export interface Line {
  /** Milliseconds since 1970. */
  time: number;
  text: string;
  /** Who wrote it: container or unit. */
  from: string;
  level: string;
  /** Whether it is of what the alert names; else of something else on the host. */
  own: boolean;
}

/** A sample of the state of what the alert names. */
export interface State {
  metric: string;
  labels: Record<string, string>;
  value: number;
}

/** What has been collected for a group, before anything is folded, masked or left out. */
export interface Material {
  group: AlertGroup;
  /** Milliseconds since 1970. */
  window: { from: number; to: number };
  lines: Line[];
  states: State[];
  /** The rule's own query over the window; absent for a rule that Watchpost does not have. */
  query?: { expr: string; samples: [time: number, value: number][] };
  /** The annotations that deployments leave. */
  deploys: { time: number; text: string }[];
  /** What could not be had, in words. */
  gaps: string[];
}
