import type { Job } from "./jobs.ts";

// bytes of a sample as text, all its labels included: Envoy's, the longest, have some 180
const bytesOfSample = 256;
const leastBytes = 16 * 1024 ** 2;

/**
 * What is taken of one target at most, by the names of Prometheus and Alloy: beyond it the scrape fails and stores nothing.
 * Label values are those of one target alone: no other target's scrape fails for them.
 */
export const scrapeLimits = ({ sampleLimit }: Pick<Job, "sampleLimit">): Record<string, string | number> => ({
  sample_limit: sampleLimit,
  body_size_limit: `${Math.ceil(Math.max(leastBytes, sampleLimit * bytesOfSample) / 1024 ** 2)}MB`,
  label_limit: 64,
  label_name_length_limit: 256,
  label_value_length_limit: 1024,
});
