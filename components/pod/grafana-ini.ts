import type { Config } from "../../config/config.ts";
import { isEncrypted } from "../../config/encrypted.ts";
import { hasGrafanaCode } from "../../config/listen.ts";
import { uids } from "../dashboards/names.ts";

/** The break-glass login: a name and a mail of its own, so that nobody of the login provider's is taken for it. */
export const breakGlass = { user: "break-glass", email: "break-glass@localhost" } as const;

/** Podman secrets of Grafana, and where it reads them. */
export const grafanaSecrets = {
  admin: "watchpost-grafana-admin-password",
  smtp: "watchpost-grafana-smtp-password",
} as const;

type Mail = NonNullable<Config["alerting"]["smtp"]>;
const mailKeys = ["host", "user", "from", "fromName"] as const satisfies (keyof Mail)[];

/** Podman secrets of what else of the mail server's is encrypted in the config, and what they hold. */
export const grafanaMailSecrets = (config: Config): { key: string; secret: string; value: string }[] =>
  mailKeys.flatMap((key) => {
    const value = config.alerting.smtp?.[key];
    return value !== undefined && isEncrypted(config, `alerting.smtp.${key}`)
      ? [{ key, secret: `watchpost-grafana-smtp-${key.toLowerCase()}`, value }]
      : [];
  });

const fromFile = (secret: string) => `$__file{/run/secrets/${secret}}`;

const startTls = {
  mandatory: "MandatoryStartTLS",
  opportunistic: "OpportunisticStartTLS",
  none: "NoStartTLS",
} as const;

type Section = Record<string, string | boolean | undefined>;

const smtpSection = (config: Config): Section => {
  const { smtp } = config.alerting;
  if (!smtp) return { enabled: false };
  const inFiles = grafanaMailSecrets(config).map(({ key, secret }) => [key, fromFile(secret)]);
  const { host, user, from, fromName }: Mail = { ...smtp, ...Object.fromEntries(inFiles) };
  return {
    enabled: true,
    host,
    user,
    password: smtp.password === undefined ? undefined : fromFile(grafanaSecrets.smtp),
    from_address: from,
    from_name: fromName,
    startTLS_policy: startTls[smtp.startTls],
  };
};

// between backquotes a value is taken as it stands, whatever is in it
const line = ([key, value]: [string, Section[string]]) =>
  `${key} = ${typeof value === "string" ? `\`${value}\`` : value}`;

// a password that nobody guesses, random or as long as that, needs no lock, by which anybody locks its owner out
const needsLock = ({ grafana: { adminPassword } }: Config) => adminPassword !== undefined && adminPassword.length < 16;

/** Grafana's own config; secrets are named by their files. Source: Grafana 12.4 configuration reference. */
export const grafanaIni = (config: Config): string =>
  Object.entries<Section>({
    security: {
      // read at the first start only, see `resetAdminPassword`
      admin_user: breakGlass.user,
      admin_email: breakGlass.email,
      admin_password: fromFile(grafanaSecrets.admin),
      disable_username_login_protection: needsLock(config) ? undefined : true,
      cookie_secure: config.grafana.rootUrl?.startsWith("https:") ? true : undefined,
    },
    server: { root_url: config.grafana.rootUrl },
    // what people see first, unless they or their organisation choose another dashboard
    users: { allow_sign_up: false, home_page: hasGrafanaCode(config) ? `/d/${uids.services}` : undefined },
    // each page would ask grafana.com for news
    news: { news_feed_enabled: false },
    analytics: { reporting_enabled: false, check_for_updates: false, check_for_plugin_updates: false },
    // it would fetch some from the internet at each start
    plugins: { preinstall_disabled: true, public_key_retrieval_disabled: true },
    log: { mode: "console" },
    smtp: smtpSection(config),
  })
    .map(([name, section]) => ({
      name,
      lines: Object.entries(section)
        .filter(([, value]) => value !== undefined)
        .map(line),
    }))
    .filter(({ lines }) => lines.length > 0)
    .map(({ name, lines }) => [`[${name}]`, ...lines, ""].join("\n"))
    .join("\n");

/**
 * Has the break-glass login take the password that the secret holds, at each start: so a changed one works too, and one
 * that somebody changed by hand is put right. The database may be busy for a moment after a start.
 */
export const resetAdminPassword = (container: string): string => {
  const reset = `grafana cli admin reset-admin-password --password-from-stdin </run/secrets/${grafanaSecrets.admin}`;
  return `/usr/bin/podman exec ${container} sh -c "for try in 1 2 3; do ${reset} && exit; sleep 2; done; exit 1"`;
};
