import * as z from "zod";
import { maskRules } from "../triage/mask.ts";
import { severities } from "./alerting.ts";
import { digest, duration, expected, image, memory, name, urlSuchAs } from "./values.ts";

const isPattern = (text: string) => {
  try {
    // one that matches nothing would be put between all letters
    return !new RegExp(text, "g").test("");
  } catch {
    return false;
  }
};

/** An OpenAI-compatible model, and the service that asks it about each alert. */
export const triage = z.strictObject({
  /** The service in the pod; `npm run triage` works without it. */
  enabled: z.boolean().default(false),
  /** Node 24 or newer; the service's program is brought as files. */
  image: image.default("docker.io/library/node:24.9.0-slim"),
  digest: digest.optional(),
  archive: z.string().optional(),
  memory: memory.default("256M"),
  /** With /v1, as seen from the pod; without it the extract of the lines is all there is. */
  endpoint: urlSuchAs("https://vllm.example.org/v1", "apiKey").optional(),
  /** By default the one model that the endpoint has. */
  model: expected("a model's name such as qwen3-32b", /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,199}$/).optional(),
  apiKey: z.string().min(1).optional(),
  /** Tokens that prompt and answer share, where the endpoint does not say them. */
  contextTokens: z.int("expected a number of tokens").min(2048, "expected 2048 tokens or more").optional(),
  timeout: duration.default("2m"),
  retries: z.int().min(0).max(5, "expected 0 to 5").default(1),
  /** Whose alerts are triaged. */
  severities: z.array(z.enum(severities)).min(1, "expected at least one severity").default(["critical", "warning"]),
  /** Who gets the result, beside the annotation in Grafana. */
  contactPoints: z.array(name).default([]),
  /** Groups of alerts that may wait; what comes beyond is told without a triage. */
  queue: z.int().min(1).max(1000, "expected 1 to 1000").default(50),
  /** How long a group is not triaged again. */
  quiet: duration.default("1h"),
  /** What is masked before anything leaves the pod: all rules, but for those that are off, and patterns of one's own. */
  mask: z.prefault(
    z.strictObject({
      off: z.array(z.enum(maskRules.map(({ name }) => name))).default([]),
      more: z
        .record(name, z.string().refine(isPattern, "expected a regular expression that matches something"))
        .default({}),
    }),
    {},
  ),
});

export type TriageConfig = z.output<typeof triage>;
