/** The parts of an image reference such as "docker.io/grafana/loki:3.7.8@sha256:...". */
export interface ImageReference {
  registry: string;
  repository: string;
  tag: string;
  digest?: string;
}

const SHAPE =
  /^(?<registry>[^/]+\.[^/]+|[^/]+:\d+|localhost)\/(?<repository>[^:@]+)(?::(?<tag>[\w.-]+))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** Takes a full image reference (with its registry) apart. */
export function parseReference(reference: string): ImageReference {
  const parts = SHAPE.exec(reference)?.groups;
  if (!parts?.registry || !parts.repository)
    throw new Error(`"${reference}" is no full image reference: expected one such as docker.io/grafana/loki:3.7.8`);
  const { registry, repository, tag = "latest", digest } = parts;
  return { registry, repository, tag, ...(digest ? { digest } : {}) };
}

/** The version that a reference asks for: its tag, without a leading "v". */
export const versionOf = (reference: string): string => parseReference(reference).tag.replace(/^v(?=\d)/, "");
