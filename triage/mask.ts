/** What must not leave the host, and what stands in its place. */
export interface MaskRule {
  name: string;
  pattern: RegExp;
  /** As String.replace takes it. */
  replacement: string;
}

const secretNames = "pass(?:word|wd|phrase)?|secret|token|api[-_]?key|access[-_]?key|client[-_]?secret|credential|pwd";
const octet = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";

/** The rules, applied in this order; docs/triage.md has the same list. */
export const maskRules: readonly MaskRule[] = [
  {
    name: "private-key",
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----|[\s\S]*)/g,
    replacement: "<private-key>",
  },
  // eyJ is {" in base64
  { name: "jwt", pattern: /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, replacement: "<jwt>" },
  {
    name: "authorization",
    pattern: /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?)(?:(?:bearer|basic|digest|token)\s+)?[^\s"',;]+/gi,
    replacement: "$1<secret>",
  },
  { name: "bearer", pattern: /\b(bearer|basic)\s+[A-Za-z0-9+/_.~=-]{12,}/gi, replacement: "$1 <secret>" },
  { name: "cookie", pattern: /\b((?:set-)?cookie["']?\s*[:=]\s*).+/gi, replacement: "$1<secret>" },
  { name: "url-login", pattern: /:\/\/[^\s/:@]+:[^\s/@]+@/g, replacement: "://<login>@" },
  {
    name: "named-secret",
    pattern: new RegExp(
      `((?:^|[^a-z])[\\w.-]{0,40}?(?:${secretNames})["']?(?:\\s{0,8}[:=]\\s{0,8}|\\s{1,8}is\\s{1,8}))("[^"]*"|'[^']*'|[^\\s"',;&)}\\]]+)`,
      "gi",
    ),
    replacement: "$1<secret>",
  },
  {
    name: "known-token",
    pattern:
      /\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|gl(?:sa|c)_\w{16,}|xox[abprs]-[\w-]{10,}|sk-[\w-]{16,}|hv[sb]\.[\w-]{20,})/g,
    replacement: "<token>",
  },
  {
    name: "mail",
    // user@1001.service is a unit
    pattern:
      /[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.(?!(?:service|scope|slice|socket|timer|target|mount|path)\b)[A-Za-z]{2,24}\b/g,
    replacement: "<mail>",
  },
  {
    name: "ipv4",
    // the loopback and 0.0.0.0 say nothing about anybody, and much about what went wrong
    pattern: new RegExp(`(?<![\\w.])(?!127\\.|0\\.0\\.0\\.0)(?:${octet}\\.){3}${octet}(?![\\w]|\\.\\d)`, "g"),
    replacement: "<ip>",
  },
  {
    name: "ipv6",
    // full, or shortened with at least two groups; ::1 stays
    pattern:
      /(?<![\w:.])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}|(?:[0-9a-f]{1,4}:){2,7}:)(?![\w:])/gi,
    replacement: "<ip>",
  },
  { name: "mac", pattern: /\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b/gi, replacement: "<mac>" },
  // 40 letters and digits mixed are no word; a sha256 digest names an image, and is no secret
  {
    name: "long-random",
    pattern:
      /(?<![\w/:+-])(?!sha256)(?=[A-Za-z0-9+/_-]*[a-z])(?=[A-Za-z0-9+/_-]*[A-Z])(?=[A-Za-z0-9+/_-]*\d)[A-Za-z0-9+_-]{32,}={0,2}(?![\w/])/g,
    replacement: "<secret>",
  },
];

export type Mask = (text: string) => string;

/**
 * What masks a text.
 * @param off names of rules that are not wanted.
 * @param more patterns of one's own by name, each replaced by `<NAME>`.
 */
export const maskWith = (off: readonly string[] = [], more: Readonly<Record<string, string>> = {}): Mask => {
  const rules = [
    ...maskRules.filter(({ name }) => !off.includes(name)),
    ...Object.entries(more).map(([name, pattern]) => ({ pattern: new RegExp(pattern, "g"), replacement: `<${name}>` })),
  ];
  return (text) => rules.reduce((rest, { pattern, replacement }) => rest.replace(pattern, replacement), text);
};
