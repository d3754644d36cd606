import { parseArgs } from "node:util";

export interface TriageOptions {
  /** A demo's name, or a stack of the user's; neither where the addresses are given. */
  name?: string;
  stack?: string;
  loki?: string;
  prometheus?: string;
  grafana?: string;
  /** Alerts out of the rules' own conditions, for when Grafana is down. */
  conditions: boolean;
  /** Milliseconds before the alert's start. */
  since?: number;
  alert?: string;
  service?: string;
  endpoint?: string;
  model?: string;
  context?: number;
  dryRun: boolean;
  json: boolean;
  help: boolean;
}

/** The command line is wrong; the message says what was expected and got. */
export class UsageError extends Error {
  override name = "UsageError";
}

export const usage = `usage: npm run triage [-- options]    says what probably happened, for each alert that fires

--alert NAME       only alerts of that rule
--service NAME     only alerts of that service
--since DURATION   how far before an alert's start evidence is looked for: 30m, 2h (default: a quarter of an hour)
--dry-run          prints exactly what would be sent to the model, and sends nothing
--json             one JSON object a line

Where the alerts are:
--stack NAME       a stack of yours, with your backend and passphrase as for 'pulumi up'; reached through ssh
--name NAME        the demo of that name; default: this clone's demo
--loki URL --prometheus URL [--grafana URL]   addresses in place of a stack; Grafana's token in $WATCHPOST_GRAFANA_TOKEN
--conditions       alerts out of the rules' own conditions: when Grafana is down, or there is none

Who is asked (the stack's config has the same under triage):
--endpoint URL     an OpenAI-compatible server, with /v1; its key, if it wants one, in $WATCHPOST_MODEL_KEY
--model NAME       default: its only one
--context N        tokens that prompt and answer share, in place of what the server says
Without an endpoint nobody is asked: an extract of the lines is printed.`;

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const duration = (text: string): number => {
  const [, count, unit = ""] = /^([1-9][0-9]{0,5})([smhd])$/.exec(text) ?? [];
  const milliseconds = Number(count) * (units[unit] ?? Number.NaN);
  if (!(milliseconds <= 7 * 86_400_000))
    throw new UsageError(`--since: expected a duration up to 7d such as 30m or 2h, got ${text}`);
  return milliseconds;
};

const address = (flag: string, text: string): string => {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new UsageError(`--${flag}: expected a URL such as http://127.0.0.1:3100, got ${text}`);
  return text.replace(/\/+$/, "");
};

const tokens = (text: string): number => {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new UsageError(`--context: expected a number of tokens, got ${text}`);
  return count;
};

/** @throws UsageError */
export const parseOptions = (argv: string[]): TriageOptions => {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const { values } = (() => {
    try {
      return parseArgs({
        args: argv,
        options: {
          ...{ name: text, stack: text, loki: text, prometheus: text, grafana: text, since: text, alert: text },
          ...{ service: text, endpoint: text, model: text, context: text },
          ...{ conditions: flag, "dry-run": flag, json: flag, help: { ...flag, short: "h" } },
        },
      });
    } catch (cause) {
      throw new UsageError(`${(cause as Error).message}\n${usage}`);
    }
  })();
  const { name, stack, alert, service, model, since, context, conditions, json, help } = values;
  const urls = Object.fromEntries(
    (["loki", "prometheus", "grafana", "endpoint"] as const).flatMap((flag) => {
      const given = values[flag];
      return given === undefined ? [] : [[flag, address(flag, given)]];
    }),
  );
  if ((values.loki === undefined) !== (values.prometheus === undefined))
    throw new UsageError("expected --loki and --prometheus together");
  if (values.grafana !== undefined && values.loki === undefined)
    throw new UsageError("--grafana: expected --loki and --prometheus beside it");
  const given = Object.entries({ name, stack, alert, service, model }).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(given),
    ...urls,
    ...(since === undefined ? {} : { since: duration(since) }),
    ...(context === undefined ? {} : { context: tokens(context) }),
    conditions,
    dryRun: values["dry-run"],
    json,
    help,
  };
};
