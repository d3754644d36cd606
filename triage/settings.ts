/** Where an OpenAI-compatible model is, and how it is asked. */
export interface ModelSettings {
  /** With /v1: https://vllm.example.org/v1 */
  endpoint: string;
  /** Without it the one model that the server has. */
  model?: string | undefined;
  apiKey?: string | undefined;
  /** Tokens of prompt and answer together, in place of what the server says. */
  contextTokens?: number | undefined;
  /** Milliseconds for one answer. */
  timeout: number;
  /** How often it is asked again. */
  retries: number;
}

/** A rule that Watchpost has: its query, so that its course can be shown. */
export interface KnownRule {
  name: string;
  expr: string;
  /** LogQL, else PromQL. */
  logs: boolean;
  /** How long it held before the alert fired, in milliseconds. */
  held: number;
}

/** Where evidence is. */
export interface Sources {
  /** http://127.0.0.1:3100 */
  loki: string;
  prometheus: string;
  /** Absent: no alerts, no deployments, no annotations. */
  grafana?: { url: string; authorization: string } | undefined;
  rules: KnownRule[];
}

/** How evidence is masked: all rules, but for these, and these beside them. */
export interface MaskSettings {
  off: string[];
  more: Record<string, string>;
}
