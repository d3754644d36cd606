import type { ScrapeKind } from "./kinds.ts";

/** A relabel rule, as Prometheus, Alloy and Loki share them. Source: Prometheus 3.16 configuration reference, relabel_config. */
export interface RelabelRule {
  source_labels?: string[];
  regex?: string;
  target_label?: string;
  replacement?: string;
  action?: "keep";
}

/** A text as a regular expression (RE2) that matches just it. */
export const escapeRegex = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** What a scrape says of itself; Alloy's relabelling sees it with the samples, which Prometheus's does not. */
export const ofScrapes = "up|scrape_.+";

/** What of a kind's samples is stored: the names of its keep-list, and of their histograms the chosen buckets. */
export const keepRules = ({ keep, buckets }: ScrapeKind): RelabelRule[] => [
  ...(keep ? [{ source_labels: ["__name__"], regex: `${ofScrapes}|${keep}`, action: "keep" as const }] : []),
  ...(buckets
    ? [
        {
          // a sample that is no bucket has no bound: its `le` is empty; a scrape makes 5.0 of a bound that is written 5
          source_labels: ["__name__", "le"],
          regex: `.+_bucket;(${buckets.map(escapeRegex).join("|")})(\\.0)?|.+;`,
          action: "keep" as const,
        },
      ]
    : []),
];
