import { type Block, block } from "./syntax.ts";

const words =
  "trace|debug|info|information|notice|log|warn|warning|error|err|severe|fatal|critical|crit|panic|dpanic|alert|emerg";

// what may stand before a level: date, time, zone, brackets with anything in them
const before = "^(?:[\\s\\d.,:/|TZ+-]|UTC|GMT|CES?T|\\[[^\\]]*\\])*?";

/** Where a line says its level, each as a group of its own. Source: the forms that the named programs print. */
const forms = {
  // level=warn, "severity": "ERROR", lvl: info (JSON and logfmt: zap, zerolog, slog, logrus, structlog); 30 is pino's info
  key: `(?i:\\b(?:level|lvl|severity|levelname|loglevel|log\\.level))"?\\s*[=:]\\s*"?(?P<key>(?i:${words})\\b|[1-6]0\\b)`,
  // I1124 16:00:00.000000 (klog)
  letter: "^(?P<letter>[IWEF])[0-9]{4} ",
  // [error], info:, <warn> (nginx, Envoy, npm)
  closed: `${before}[\\[(<|]?(?P<closed>(?i:${words}))[\\])>|:]`,
  // 2026-11-24 16:00:00 ERROR something (log4j, Python, Rust)
  upper: `${before}(?P<upper>${words.toUpperCase()})\\b`,
};

/** All of them as one regular expression (RE2). */
export const levelPattern = Object.values(forms).join("|");

/** Every word for a level, by the name that Loki and Grafana have for it. */
const names: Record<string, string> = {
  trace: "10 trace",
  debug: "20 debug",
  info: "30 i info information notice log",
  warn: "40 w warn warning",
  error: "50 e error err severe",
  critical: "60 f fatal critical crit panic dpanic alert emerg",
};

const quoted = (words: string) => words.replaceAll(/\S+/g, '"$&"');

// what did not match keeps the level that it has; the groups are there only if the line matched
const template = [
  '{{ if .matched }}{{ $word := printf "%s%s%s%s" .key .letter .closed .upper | lower }}{{ if false }}',
  ...Object.entries(names).map(([name, words]) => `{{ else if eq $word ${quoted(words)} }}${name}`),
  "{{ end }}{{ else }}{{ .level }}{{ end }}",
].join("");

/** The stages that take a level from the text of the lines with the label `level_in_text`; others keep theirs. */
export const levelStages = (): Block[] => [
  block("stage.match", { selector: '{level_in_text="yes"}' }, [
    block("stage.decolorize"),
    block("stage.regex", { expression: `(?P<matched>${levelPattern})` }),
    block("stage.template", { source: "level", template }),
    block("stage.labels", { values: { level: "" } }),
  ]),
  block("stage.label_drop", { values: ["level_in_text"] }),
];
