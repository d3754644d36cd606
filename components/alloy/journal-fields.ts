import type { RelabelRule } from "../scrape/metric-rules.ts";

/** A field of the journal as a relabel rule sees it. */
export const field = (name: string): string => `__journal_${name.toLowerCase()}`;

/** What a sender claims, cut to a length that Loki takes beside a line; a group. It takes time, so it is for what is rare. */
export const claim = "(.{1,255}).*";

/** Copies a journal field to a label; a later rule wins where its field is not empty. */
export const copy = (from: string, label: string): RelabelRule => ({
  source_labels: [field(from)],
  regex: "(.+)",
  target_label: label,
});

/** Rewrites a label whose whole value matches. */
export const rewrite = (label: string, regex: string, replacement: string): RelabelRule => ({
  source_labels: [label],
  regex,
  target_label: label,
  replacement,
});

/**
 * Sets a label where fields match, joined by `;`. What a stranger can put a `;` into comes last, or he can pretend to be another
 * field.
 */
export const set = (label: string, replacement: string, fields: string[], regex: string): RelabelRule => ({
  source_labels: fields,
  regex,
  target_label: label,
  replacement,
});
