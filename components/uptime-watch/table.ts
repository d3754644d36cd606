import type { Config } from "../../config/config.ts";
import { joinHostPort, type WatchCheck, watchChecks } from "./checks.ts";
import { heartbeat, withinOf } from "./heartbeat.ts";

const span = (seconds: number) => (seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`);

const row = (check: WatchCheck): string[] => {
  const cells = (kind: string, target: string, expected: string) => [
    `${check.group}/${check.name}`,
    ...[kind, target, expected, span(check.every)],
  ];
  switch (check.kind) {
    case "http":
      return cells("HTTP", check.url, `status below 400 within ${span(check.latency)}`);
    case "certificate":
      return cells("certificate", check.url, `valid for more than ${check.days} days`);
    case "ssh":
      return cells("TCP", joinHostPort(check), "an answer to an SSH greeting");
    case "dns":
      return cells("DNS A", `${check.host} @${check.resolver.host}`, "NOERROR");
  }
};

/** The same looks as a table in Markdown, to be typed into whatever else looks from outside. */
export const watchTable = (config: Config): string => {
  const beat = [`${heartbeat.group}/${heartbeat.name}`, "heartbeat", "alerting.heartbeat", "a POST", withinOf(config)];
  return [
    ["name", "kind", "target", "expected", "every"],
    ["---", "---", "---", "---", "---"],
    ...watchChecks(config).map(row),
    beat,
  ]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`)
    .join("");
};
